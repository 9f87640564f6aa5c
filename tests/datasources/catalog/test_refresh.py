"""Reading a datasource's catalog in a worker, and keeping it."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import func, select, update

from app.core import db, redis
from app.core.clock import now
from app.datasources.archive import archive_datasource
from app.datasources.catalog.find import catalog_of, columns_of, find_relation, relations_in, search
from app.datasources.catalog.models import Catalog, CatalogColumn, CatalogRelation
from app.datasources.catalog.refresh import OLD_AFTER, SILENT_AFTER, ask_refresh, refresh_catalog, refresh_due
from app.datasources.catalog.store import replace
from app.datasources.change import change_datasource
from app.datasources.connection import open_connection, seal_connection
from app.datasources.connectors.catalog import Relation, RelationColumn, RelationKind
from app.datasources.models import Datasource
from tests.datasources.catalog.conftest import names, read_again
from tests.makers import make_datasource

REFRESH = "jobs_catalogs_refresh-{}"


def state_of(datasource: Datasource) -> Catalog:
    with db.new_session() as session:
        found = catalog_of(session, datasource.id)
        assert found is not None
        return found


def test_a_reading_stores_relations_and_their_columns(read, session):
    assert state_of(read).state == "ready"
    assert state_of(read).relation_count == 3
    assert names(session, read) == ["Order", "cheap", "flights"]
    flights = find_relation(session, read.id, "shop", "flights")
    assert (flights.kind, flights.comment) == ("table", "One <b>row</b> a departure")
    assert [(c.name, c.type, c.nullable) for c in columns_of(session, flights)] == [
        ("id", "integer", False),
        ("carrier", "text", False),
        ("Odd Column", "numeric(12,2)", True),
    ]


def test_a_second_reading_replaces_the_first(read, made, session):
    made.execute("drop view shop.cheap; create table shop.airports (code text)")
    read_again(read)
    assert names(session, read) == ["Order", "airports", "flights"]
    assert state_of(read).relation_count == 3


def test_a_source_that_is_away_keeps_what_was_read_and_says_why(read, session, dana):
    with db.transaction() as changing:
        stored = changing.get_one(Datasource, read.id)
        stored.sealed_connection = seal_connection(open_connection(stored) | {"password": "wrong"})
    refreshed_at = state_of(read).refreshed_at
    read_again(read)
    catalog = state_of(read)
    assert (catalog.state, catalog.refreshed_at) == ("failed", refreshed_at)
    assert "refused the user" in catalog.error
    assert "source-secret" not in catalog.error
    assert names(session, read) == ["Order", "cheap", "flights"]


def test_an_error_half_way_changes_nothing(read, session, monkeypatch):
    def breaks(self, timeout_s):
        yield Relation("shop", "new", RelationKind.TABLE)
        raise RuntimeError("a bug")

    monkeypatch.setattr("app.datasources.connectors.postgres.connector.PostgresConnector.relations", breaks)
    read_again(read)
    assert state_of(read).state == "failed"
    assert names(session, read) == ["Order", "cheap", "flights"]


def test_asking_twice_is_asking_once(source, app):
    with db.transaction() as session:
        ask_refresh(session, source)
        ask_refresh(session, source)
    assert redis.client().exists(f"rq:job:{REFRESH.format(source.id)}")
    refresh_catalog(source.id)
    read_at = state_of(source).refreshed_at
    refresh_catalog(source.id)
    assert state_of(source).refreshed_at == read_at


def test_what_is_new_old_or_stuck_is_due(source, session):
    assert refresh_due() == 1
    assert refresh_due() == 0
    refresh_catalog(source.id)
    assert refresh_due() == 0
    _set(source, finished_at=now() - OLD_AFTER - timedelta(seconds=1))
    assert refresh_due() == 1
    _set(source, state="reading", started_at=now() - SILENT_AFTER - timedelta(seconds=1))
    assert refresh_due() == 1
    refresh_catalog(source.id)
    assert state_of(source).state == "ready"


def test_a_hint_that_redis_lost_is_given_again(source):
    refresh_due()
    redis.client().flushall()
    _set(source, asked_at=now() - timedelta(minutes=1))
    refresh_due()
    assert redis.client().exists(f"rq:job:{REFRESH.format(source.id)}")


def test_an_archived_datasource_keeps_no_catalog(read, session, dana):
    with db.transaction() as changing:
        archive_datasource(changing, dana, changing.get_one(Datasource, read.id))
    assert session.scalar(select(func.count()).select_from(CatalogRelation)) == 0
    assert session.scalar(select(func.count()).select_from(CatalogColumn)) == 0
    assert refresh_due() == 0


def test_a_datasource_that_points_elsewhere_is_read_again(read, session, dana, connection_fields):
    with db.transaction() as changing:
        stored = changing.get_one(Datasource, read.id)
        change_datasource(
            changing, dana, stored, name="Flights", connection=connection_fields | {"sslmode": "disable"}
        )
    assert names(session, read) == []
    assert state_of(read).state == "waiting"


def test_a_few_thousand_real_tables_are_read(made, source, session):
    made.execute(
        "do $$ begin for i in 1..3000 loop execute"
        " format('create table shop.t%s (id int, name text, at timestamptz)', i); end loop; end $$"
    )
    try:
        read_again(source)
    finally:  # in one statement they would need more locks than the server has
        for start in range(1, 3001, 500):
            tables = ", ".join(f"shop.t{number}" for number in range(start, start + 500))
            made.execute(f"drop table {tables}")
    assert state_of(source).relation_count == 3003
    found = relations_in(session, source.id, "shop", after=1500)
    assert (len(found.relations), found.more, found.relations[0].number) == (200, True, 1501)
    assert session.scalar(select(func.count()).select_from(CatalogColumn)) == 3000 * 3 + 5


def test_a_hundred_thousand_tables_are_stored_and_found(source, session):
    """Through the store's own function: as a source they would take minutes to make."""
    column = (RelationColumn("id", "bigint"), RelationColumn("happened_at", "timestamptz"))
    made = (
        Relation(f"s{n // 1000:03}", f"table_{n:06}_{n * 7919 % 1000:03}", RelationKind.TABLE, column)
        for n in range(100_000)
    )
    with db.transaction() as changing:
        ask_refresh(changing, source)
    with db.engine().begin() as connection:
        assert replace(connection, source.id, made) == 100_000
    for words in ("table_099999", "99999_0"):
        assert [each.name for each in search(session, source.id, words).relations] == ["table_099999_081"]
    assert search(session, source.id, "TABLE_").more
    assert not search(session, source.id, "zebra").relations


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("fli", ["flights"]),
        ("FLIGHTS", ["flights"]),
        ("ights", ["flights"]),
        ("shop.", ["cheap", "flights", "Order"]),
        ("sho.ord", ["Order"]),
        ("other.ord", []),
        ("%", []),
        ("_", []),
        ("\\", []),
        ("\0", ["cheap", "flights", "Order"]),
        ("x" * 5000, []),
    ],
)
def test_a_filter_finds_beginnings_and_parts(read, session, words, expected):
    assert [each.name for each in search(session, read.id, words).relations] == expected


def test_nothing_of_another_datasource_is_found(read, session, charlie, connection_fields: dict[str, Any]):
    other = make_datasource(charlie, connection_fields, "Theirs")
    assert search(session, other.id, "flights").relations == []
    assert find_relation(session, other.id, "shop", "flights") is None


def _set(datasource: Datasource, **values: Any) -> None:
    with db.transaction() as session:
        session.execute(update(Catalog).where(Catalog.datasource_id == datasource.id).values(**values))


def test_names_that_utf8_cannot_hold_are_stored_with_a_mark(source, session: psycopg.Connection):
    with db.transaction() as changing:
        ask_refresh(changing, source)
    odd = Relation("s", "half\udce9 name", RelationKind.TABLE, (RelationColumn("nul\0", "text"),))
    with db.engine().begin() as connection:
        replace(connection, source.id, [odd])
    assert names(session, source) == ["half? name"]
