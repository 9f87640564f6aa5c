"""Migrations go up, down and up again, and leave exactly what the models say."""

from collections.abc import Iterator
from importlib import import_module

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Engine, Integer, MetaData, Table, create_engine, inspect, make_url, text

from app.core import migrate, schema
from app.core.db import Base
from app.core.settings import sqlalchemy_url
from tests.house.places import APP, name_of, python_files

for _file in python_files(APP):
    if _file.name == "models.py":
        import_module(name_of(_file).removesuffix(".py").replace("/", "."))


@pytest.fixture
def empty(servers, installed) -> Iterator[Engine]:
    """A database of its own."""
    postgres, _ = servers
    with psycopg.connect(postgres.admin_url, autocommit=True) as admin:
        admin.execute("create database migrations owner plumbline")
    engine = create_engine(make_url(sqlalchemy_url(postgres.url)).set(database="migrations"))
    yield engine
    engine.dispose()
    with psycopg.connect(postgres.admin_url, autocommit=True) as admin:
        admin.execute("drop database migrations with (force)")


@pytest.fixture
def migrated(servers, installed) -> Iterator[Engine]:
    """The database that the tests use, which has all migrations."""
    engine = create_engine(sqlalchemy_url(servers[0].url))
    yield engine
    engine.dispose()


def url_of(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def differences(engine: Engine, metadata: MetaData) -> list[object]:
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def checks(engine: Engine) -> dict[str, set[str]]:
    """The CHECK constraints of each table, which Alembic does not compare."""
    looking = inspect(engine)
    return {
        table: {check["name"] for check in looking.get_check_constraints(table)}
        for table in Base.metadata.tables
    }


def test_up_down_and_up_again_is_what_the_models_say(empty):
    migrate.upgrade(url_of(empty))
    assert differences(empty, Base.metadata) == []
    first = checks(empty)
    migrate.downgrade(url_of(empty), "base")
    assert inspect(empty).get_table_names() == ["alembic_version"]
    with empty.connect() as connection:
        assert connection.scalar(text("select count(*) from pg_type where typtype = 'e'")) == 0
    migrate.upgrade(url_of(empty))
    assert differences(empty, Base.metadata) == []
    assert checks(empty) == first


def test_the_checks_are_those_of_the_models(empty, migrated):
    Base.metadata.create_all(empty)
    assert checks(migrated) == checks(empty)


def test_a_difference_would_be_found(migrated):
    metadata = MetaData()
    Table("surprises", metadata, Column("id", Integer, primary_key=True))
    assert "add_table" in [kind for kind, *_ in differences(migrated, metadata)]


def test_there_is_one_head_and_every_step_can_be_undone():
    script = ScriptDirectory(str(schema.FOLDER))
    assert len(script.get_heads()) == 1
    for revision in script.walk_revisions():
        assert revision.module.downgrade.__code__.co_code != (lambda: None).__code__.co_code, (
            revision.revision
        )


def test_migrations_never_import_the_application():
    for file in python_files(schema.FOLDER):
        assert "from app" not in file.read_text(), file.name


def test_the_newest_revision_is_found_without_alembic() -> None:
    scripts = ScriptDirectory(str(schema.FOLDER))
    assert schema.newest() == scripts.get_current_head()
