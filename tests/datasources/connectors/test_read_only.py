"""Nothing that a statement does outlives its run, whatever it tries."""

import psycopg
import pytest

from app.datasources.connectors.base import (
    ConnectorError,
    FailureReason,
)
from app.datasources.connectors.postgres.connector import PostgresConnector
from tests.datasources.connectors.reading import LIMITS, read, statement, text

DENIED = FailureReason.DENIED


@pytest.mark.parametrize("sql", ["select lo_create(0)", "select lo_from_bytea(0, 'x')"])
def test_large_objects_do_not_stay(sql: str, connector: PostgresConnector, admin: psycopg.Connection) -> None:
    # Servers before 16 run these in a read-only transaction; ROLLBACK takes them back.
    try:
        read(connector, sql)
    except ConnectorError as refused:
        assert refused.reason is DENIED
    assert admin.execute("select count(*) from pg_largeobject_metadata").fetchone() == (0,)


def test_no_transaction_is_left_open(connector: PostgresConnector, admin: psycopg.Connection) -> None:
    read(connector, "select 1")
    with pytest.raises(ConnectorError):
        read(connector, "select 1/0")
    sql = "select state from pg_stat_activity where application_name = 'plumbline'"
    states = admin.execute(sql).fetchall()
    assert states and set(states) == {("idle",)}


def test_locks_and_settings_do_not_reach_the_next_run(
    connector: PostgresConnector, admin: psycopg.Connection
) -> None:
    sql = """select pg_backend_pid(), pg_advisory_lock(4711), set_config('statement_timeout', '1', false),
        set_config('search_path', 'nowhere', false), set_config('plumb.note', 'secret', false),
        set_config('role', 'reader', false)"""
    first = read(connector, sql).rows[0][0]
    left = """select pg_backend_pid(), coalesce(current_setting('plumb.note', true), ''),
        current_setting('search_path')"""
    second, note, path = read(connector, left).rows[0]
    assert second == first, "the connection is warm, so this test shows something"
    assert (note, path) == ("", '"$user", public')
    assert admin.execute("select count(*) from pg_locks where locktype = 'advisory'").fetchone() == (0,)


def test_a_notification_is_never_sent(connector: PostgresConnector, admin: psycopg.Connection) -> None:
    admin.execute("listen plumb")
    read(connector, "select pg_notify('plumb', 'hello')")
    assert list(admin.notifies(timeout=0.2)) == []


def test_a_prepared_transaction_cannot_be_left_behind(
    connector: PostgresConnector, admin: psycopg.Connection
) -> None:
    with pytest.raises(ConnectorError):
        read(connector, "prepare transaction 'left'")
    assert admin.execute("select count(*) from pg_prepared_xacts").fetchone() == (0,)


def test_the_comment_is_seen_by_the_databases_administrator(
    connector: PostgresConnector, admin: psycopg.Connection
) -> None:
    hostile = statement("select pg_sleep(0), 1", comment="run 42 */ drop\n table /* x")
    with connector.execute(hostile, LIMITS) as execution:
        list(execution.batches())
        seen = admin.execute("select query from pg_stat_activity where query like '/* run 42%'").fetchall()
    assert seen[0][0].startswith("/* run 42 * / drop  table / * x */ select ")


@pytest.mark.parametrize(
    "sql",
    ["select 1 where E'\\';' <> ';';", "select 1 where $x$;$x$ = ';' ; ", "select $x$1;$x$::text = '1;';"],
)
def test_a_semicolon_in_postgres_own_strings_does_no_harm(sql: str, connector: PostgresConnector) -> None:
    assert read(connector, sql).rows in ([(1,)], [(True,)])


@pytest.mark.parametrize(("before", "after"), [("select ", "::text||"), ("select", "::text||")])
def test_a_cast_may_touch_a_placeholder(before: str, after: str, connector: PostgresConnector) -> None:
    assert read(connector, before, after, "||1", values=(text("x"), text("y"))).rows == [("xy1",)]
