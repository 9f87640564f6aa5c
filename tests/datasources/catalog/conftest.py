from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core import db
from app.datasources.catalog.models import CatalogRelation
from app.datasources.catalog.refresh import ask_refresh, refresh_catalog
from app.datasources.models import Datasource
from tests.makers import make_datasource

MADE = """
create schema shop;
create table shop.flights (id int primary key, carrier text not null, "Odd Column" numeric(12,2));
comment on table shop.flights is 'One <b>row</b> a departure';
create table shop."Order" (a int);
create view shop.cheap as select carrier from shop.flights;
"""


@pytest.fixture
def made(source_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(source_url, autocommit=True) as owner:
        owner.execute(MADE)
        yield owner
        owner.execute("drop schema if exists shop cascade")


@pytest.fixture
def source(made: psycopg.Connection, dana: Actor, connection_fields: dict[str, Any]) -> Datasource:
    """Acme's datasource, over a real server with a schema `shop`."""
    return make_datasource(dana, connection_fields)


@pytest.fixture
def read(source: Datasource) -> Datasource:
    """The same, with its catalog read."""
    read_again(source)
    return source


def read_again(datasource: Datasource) -> None:
    with db.transaction() as session:
        ask_refresh(session, datasource)
    refresh_catalog(datasource.id)


def names(session: Session, datasource: Datasource) -> list[str]:
    found = session.scalars(
        select(CatalogRelation.name)
        .where(CatalogRelation.datasource_id == datasource.id)
        .order_by(CatalogRelation.number)
    )
    return list(found)
