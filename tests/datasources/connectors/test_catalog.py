"""What Postgres and DuckDB tell of what they hold, beyond the suite."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import duckdb
import psycopg
import pytest

from app.core import runtime
from app.datasources.connectors.base import ConnectorError, FailureReason
from app.datasources.connectors.catalog import Key, RelationIndex, RelationKind
from app.datasources.connectors.duckdb.connector import DuckDBConnector
from app.datasources.connectors.naming import qualified, quoted
from app.datasources.connectors.postgres.connector import PostgresConnector

MADE = r'''
create schema shop;
comment on schema shop is 'x';
create table shop.carriers (code text primary key);
create table shop.flights (
    id int primary key, carrier text not null references shop.carriers, price numeric(12,2), gone int);
alter table shop.flights drop column gone;
comment on table shop.flights is 'One row a departure';
comment on column shop.flights.price is 'In euro';
create index by_price on shop.flights (price desc);
insert into shop.carriers values ('UA'), ('AA');
analyze shop.carriers;
create view shop.cheap as select * from shop.flights;
create materialized view shop.counted as select count(*) as n from shop.flights;
create table shop.days (day date) partition by range (day);
create table shop.days_2013 partition of shop.days for values from ('2013-01-01') to ('2014-01-01');
create table shop."Odd Name" ("a ""b""" int);
'''


@pytest.fixture
def made(source_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(source_url, autocommit=True) as owner:
        owner.execute(MADE)
        yield owner
        owner.execute("drop schema shop cascade")


def told(connector: PostgresConnector, schema: str = "shop") -> dict:
    return {each.name: each for each in connector.relations(20) if each.schema == schema}


def test_every_kind_is_told_with_comments_types_and_estimates(made, connector):
    found = told(connector)
    assert {name: each.kind for name, each in found.items()} == {
        "Odd Name": RelationKind.TABLE,
        "carriers": RelationKind.TABLE,
        "cheap": RelationKind.VIEW,
        "counted": RelationKind.MATERIALIZED_VIEW,
        "days": RelationKind.TABLE,
        "days_2013": RelationKind.PARTITION,
        "flights": RelationKind.TABLE,
    }
    flights = found["flights"]
    assert flights.comment == "One row a departure"
    assert [(c.name, c.type, c.nullable, c.comment) for c in flights.columns] == [
        ("id", "integer", False, None),
        ("carrier", "text", False, None),
        ("price", "numeric(12,2)", True, "In euro"),
    ]
    assert found["carriers"].row_estimate == 2
    assert found["cheap"].row_estimate is None
    assert found["Odd Name"].columns[0].name == 'a "b"'


def test_keys_and_indexes_are_told_in_the_server_s_words(made, connector):
    found = connector.details("shop", "flights", 5)
    assert found.keys == (
        Key("flights_pkey", "PRIMARY KEY (id)"),
        Key("flights_carrier_fkey", "FOREIGN KEY (carrier) REFERENCES shop.carriers(code)"),
    )
    assert found.indexes == (
        RelationIndex("by_price", "btree (price DESC)"),
        RelationIndex("flights_pkey", "btree (id)", unique=True),
    )


def test_what_the_role_may_not_read_is_left_out_and_the_rest_is_told(made, admin, server):
    admin.execute("create role peeper login password 'peeps'")
    admin.execute("grant connect on database source to peeper")
    try:
        made.execute("grant usage on schema shop to peeper")
        made.execute("grant select on shop.carriers to peeper")
        made.execute("grant select (id) on shop.flights to peeper")
        url = server.source_url.replace(made.info.user, "peeper").replace(made.info.password, "peeps")
        found = told(PostgresConnector({"url": url}))
        assert set(found) == {"carriers", "flights"}
        assert [column.name for column in found["flights"].columns] == ["id"]
        assert PostgresConnector({"url": url}).details("shop", "cheap", 5).keys == ()
    finally:
        made.execute("revoke all on all tables in schema shop from peeper")
        made.execute("revoke all on shop.flights from peeper; revoke all on schema shop from peeper")
        admin.execute("drop owned by peeper; drop role peeper")


def test_a_listing_that_takes_too_long_is_stopped(made, connector):
    with pytest.raises(ConnectorError) as stopped:
        list(connector.relations(0.0001))
    assert stopped.value.reason is FailureReason.TIMEOUT


def test_a_superuser_is_refused(admin_url):
    with pytest.raises(ConnectorError) as refused:
        list(PostgresConnector({"url": admin_url}).relations(5))
    assert refused.value.reason is FailureReason.DENIED


def test_duckdb_tells_views_comments_and_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(runtime, "_settings", SimpleNamespace(duckdb_folder=str(tmp_path)))
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as owner:
        owner.execute("create table t (a int primary key, b varchar not null)")
        owner.execute("comment on table t is 'all of it'; comment on column t.b is 'words'")
        owner.execute("insert into t values (1, 'x'); create index by_b on t (b)")
        owner.execute("create view v as select b from t; create schema other; create table other.t (z date)")
    connector = DuckDBConnector({"path": "shop.duckdb"})
    found = {(each.schema, each.name): each for each in connector.relations(20)}
    assert list(found) == [("main", "t"), ("main", "v"), ("other", "t")]
    table = found["main", "t"]
    assert (table.kind, table.comment, table.row_estimate) == (RelationKind.TABLE, "all of it", 1)
    assert [(c.name, c.type, c.nullable, c.comment) for c in table.columns] == [
        ("a", "INTEGER", False, None),
        ("b", "VARCHAR", False, "words"),
    ]
    assert found["main", "v"].kind is RelationKind.VIEW
    details = connector.details("main", "t", 5)
    assert [key.definition for key in details.keys] == ["PRIMARY KEY(a)"]
    assert [(index.name, index.definition) for index in details.indexes] == [("by_b", "[b]")]


@pytest.mark.parametrize(
    ("name", "written"),
    [("flights", "flights"), ("Flights", '"Flights"'), ("order", '"order"'), ('a"b', '"a""b"')],
)
def test_a_name_is_quoted_only_where_it_must_be(name, written):
    assert quoted(name) == written
    assert qualified("shop", name) == f"shop.{written}"
