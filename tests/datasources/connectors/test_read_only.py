"""Nothing that a statement does outlives its run, whatever it tries."""

from collections.abc import Iterator

import psycopg
import pytest

from app.datasources.connectors.base import (
    BoundValue,
    ConnectorError,
    FailureReason,
    Limits,
    Statement,
    ValueKind,
)
from app.datasources.connectors.postgres.connector import PostgresConnector
from tests.datasources.connectors.reading import LIMITS, read, statement, text

DENIED, SYNTAX, QUERY = FailureReason.DENIED, FailureReason.SYNTAX, FailureReason.QUERY

ESCAPES = {
    "insert into kept values (2)": DENIED,
    "insert into kept values (2) returning a": DENIED,
    "update kept set a = 3 returning a": DENIED,
    "delete from kept returning a": DENIED,
    "merge into kept k using (select 9 a) s on k.a = s.a when not matched then insert values (s.a)": DENIED,
    "with gone as (delete from kept returning a) select * from gone": DENIED,
    "truncate kept": DENIED,
    "drop table kept": DENIED,
    "create table made (a int)": DENIED,
    "create temp table made (a int)": DENIED,
    "create table made as select 1 a": DENIED,
    "select 1 as a into made": SYNTAX,
    "select a from kept for update": DENIED,
    "select nextval('counted')": DENIED,
    "select setval('counted', 99)": DENIED,
    "select writes()": DENIED,
    "do $$ begin insert into kept values (2); end $$": DENIED,
    "call writes_too()": DENIED,
    "copy kept to '/tmp/plumb-escape'": DENIED,
    "copy kept to program 'touch /tmp/plumb-escape'": DENIED,
    "copy kept from program 'echo 2'": DENIED,
    "select pg_read_file('/etc/passwd')": DENIED,
    "select set_config('transaction_read_only', 'off', false)": QUERY,
    "commit": DENIED,
    "rollback": DENIED,
    "end": DENIED,
    "set transaction read write": DENIED,
    "set transaction_read_only = off": DENIED,
    "prepare transaction 'left'": DENIED,
    "savepoint s": DENIED,
    "lock table kept": DENIED,
    "listen plumb": DENIED,
    "notify plumb": DENIED,
    "declare c cursor with hold for select 1": DENIED,
    "prepare p as insert into kept values (2)": DENIED,
    "execute p": DENIED,
    "deallocate all": DENIED,
    "discard all": DENIED,
    "reset all": DENIED,
    "vacuum kept": DENIED,
    "explain analyze insert into kept values (2)": DENIED,
    "explain select 1": DENIED,
    "show server_version": DENIED,
    "select 1; insert into kept values (2)": SYNTAX,
    "commit; drop table kept": SYNTAX,
    "select 1) q(c0); insert into kept values (2) --": SYNTAX,
    "select 1) q(c0), (select 2": SYNTAX,
    "select 1 /* ": SYNTAX,
    "select 'open": SYNTAX,
    "insert into kept values (2); --": DENIED,
}


@pytest.fixture(autouse=True)
def kept(source_url: str) -> Iterator[None]:
    with psycopg.connect(source_url, autocommit=True) as owner:
        owner.execute("create table kept as select 1 as a")
        owner.execute("create sequence counted")
        owner.execute(
            "create function writes() returns int language sql security definer "
            "as 'insert into kept values (2) returning 1'"
        )
        owner.execute("create procedure writes_too() language sql as 'insert into kept values (2)'")
        yield
        owner.execute("drop procedure writes_too; drop function writes")
        owner.execute("drop sequence counted; drop table kept")


@pytest.mark.parametrize("sql", ESCAPES)
def test_a_statement_that_could_write_is_refused_in_words(
    sql: str, connector: PostgresConnector, admin: psycopg.Connection
) -> None:
    before = _state(admin)
    with pytest.raises(ConnectorError) as refused:
        read(connector, sql)
    assert refused.value.reason is ESCAPES[sql]
    assert len(refused.value.message) > 10
    assert _state(admin) == before
    assert read(connector, "select 1").rows == [(1,)]


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


def test_values_are_bound_and_never_become_sql(connector: PostgresConnector) -> None:
    hostile = "'); drop table kept; --"
    assert read(connector, "select ", "", values=(text(hostile),)).rows == [(hostile,)]
    assert read(connector, "select 1 where 'a' = ", "", values=(text("' or '1'='1"),)).rows == []


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        (ValueKind.TEXT, "é", "é"),
        (ValueKind.TEXT, None, None),
        (ValueKind.INTEGER, "9223372036854775807", "9223372036854775807"),
        (ValueKind.DECIMAL, "1.50", "1.50"),
        (ValueKind.BOOLEAN, "true", "true"),
        (ValueKind.DATE, "2024-02-29", "2024-02-29"),
        (ValueKind.TIMESTAMP, "2024-02-29T10:00:00", "2024-02-29 10:00:00"),
        (ValueKind.TIMESTAMP, "2024-02-29 10:00:00+02:00", "2024-02-29 08:00:00+00"),
        (ValueKind.TIMESTAMP, "2024-02-29T10:00:00Z", "2024-02-29 10:00:00+00"),
    ],
)
def test_each_kind_of_value_is_typed_on_the_server(
    kind: ValueKind, value: str | None, shown: str | None, connector: PostgresConnector
) -> None:
    assert read(connector, "select (", ")::text", values=(BoundValue(kind, value),)).rows == [(shown,)]


def test_a_placeholder_may_touch_its_neighbours(connector: PostgresConnector) -> None:
    assert read(connector, "select", "as a", values=(text("x"),)).rows == [("x",)]
    assert read(connector, "select ", "::text||", "||1", values=(text("x"), text("y"))).rows == [("xy1",)]


def test_one_value_may_stand_in_many_places(connector: PostgresConnector) -> None:
    twice = Statement(("select ", " || ", ""), (0, 0), (text("ab"),))
    with connector.execute(twice, LIMITS) as execution:
        assert next(execution.batches()).column(0).to_pylist() == ["abab"]


def test_a_nul_character_is_refused(connector: PostgresConnector) -> None:
    with pytest.raises(ConnectorError, match="NUL"):
        read(connector, "select 'a\0b'")
    with pytest.raises(ConnectorError, match="NUL"):
        read(connector, "select ", "", values=(text("a\0b"),))


@pytest.mark.parametrize("sql", ["", "  \n", ";", "-- nothing", "/* nothing */ ;"])
def test_an_empty_statement_is_refused(sql: str, connector: PostgresConnector) -> None:
    with pytest.raises(ConnectorError, match="empty") as refused:
        read(connector, sql)
    assert refused.value.reason is SYNTAX


@pytest.mark.parametrize(
    "sql",
    [
        "select 1;",
        "select 1 ; -- end; of it",
        "select 1 -- ;",
        "select 1 /* ; /* nested ; */ */;",
        "select 1;;",
        "select 1 where ';' = ';'",
        "select 1 where E'\\';' <> ';';",
        "select 1 where $x$;$x$ = ';' ; ",
        'select 1 as ";" ;',
        "values (1);",
        "(select 1)",
        "with a as (select 1) select * from a;",
        "select 1 order by 1 limit 1 offset 0;",
    ],
)
def test_a_final_semicolon_and_comments_do_no_harm(sql: str, connector: PostgresConnector) -> None:
    assert read(connector, sql).rows == [(1,)]


def test_the_comment_is_seen_by_the_databases_administrator(
    connector: PostgresConnector, admin: psycopg.Connection
) -> None:
    hostile = statement("select pg_sleep(0), 1", comment="run 42 */ drop\n table /* x")
    with connector.execute(hostile, LIMITS):
        seen = admin.execute("select query from pg_stat_activity where query like '/* run 42%'").fetchall()
    assert seen[0][0].startswith("/* run 42 * / drop  table / * x */ select ")


def test_an_order_and_a_limit_of_the_statements_own_hold(connector: PostgresConnector) -> None:
    sql = "select i from generate_series(1, 5000) i order by i desc limit 4000"
    rows = read(connector, sql, limits=Limits(10, 3000, 10**6)).rows
    assert [row[0] for row in rows] == list(range(5000, 2000, -1))


def _state(admin: psycopg.Connection) -> tuple[object, ...]:
    kept = admin.execute("select array_agg(a) from kept").fetchone()
    tables = admin.execute("select count(*) from pg_class").fetchone()
    counted = admin.execute("select last_value, is_called from counted").fetchone()
    return kept, tables, counted
