"""Postgres keeps every promise of a connector."""

from collections.abc import Callable, Iterator

import psycopg
import pytest

from app.datasources.connectors.base import ColumnKind, FailureReason, ValueKind
from tests.datasources.connectors.contract import ConnectorContract, Typed, Words

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

TYPES = (
    Typed("true", "boolean", ColumnKind.BOOLEAN, True),
    Typed("(-32768)::int2", "smallint", ColumnKind.INTEGER, -32768),
    Typed("9223372036854775807::int8", "bigint", ColumnKind.INTEGER, "9223372036854775807"),
    Typed("1.1::float4", "real", ColumnKind.FLOAT, 1.1),
    Typed("'NaN'::float8", "double precision", ColumnKind.FLOAT, "NaN"),
    Typed("1.50::numeric(12,2)", "numeric(12,2)", ColumnKind.DECIMAL, "1.50"),
    Typed("'NaN'::numeric(5,2)", "numeric(5,2)", ColumnKind.DECIMAL, "NaN"),
    Typed("'é 東 🦉'::text", "text", ColumnKind.TEXT, "é 東 🦉"),
    Typed("date '2024-02-29'", "date", ColumnKind.DATE, "2024-02-29"),
    Typed("date 'infinity'", "date", ColumnKind.DATE, "infinity"),
    Typed("date '0044-03-15 BC'", "date", ColumnKind.DATE, "0044-03-15 BC"),
    Typed(
        "timestamp '2024-02-29 10:00:00.5'",
        "timestamp without time zone",
        ColumnKind.TIMESTAMP,
        "2024-02-29 10:00:00.5",
    ),
    Typed(
        "timestamptz '2024-06-01 12:00+05:30'",
        "timestamp with time zone",
        ColumnKind.TIMESTAMP,
        "2024-06-01 06:30:00+00",
    ),
    Typed("time '24:00'", "time without time zone", ColumnKind.TIME, "24:00:00"),
    Typed("interval '1 mon 2 days'", "interval", ColumnKind.OTHER, "1 mon 2 days"),
    Typed("'\\xdeadbeef'::bytea", "bytea", ColumnKind.BINARY, "\\xdeadbeef"),
    Typed("'{\"a\": [1]}'::jsonb", "jsonb", ColumnKind.JSON, '{"a": [1]}'),
    Typed("array[1,2]", "integer[]", ColumnKind.OTHER, "{1,2}"),
    Typed("row(1,'a b')", "record", ColumnKind.OTHER, '(1,"a b")'),
)


class TestPostgres(ConnectorContract):
    words = Words(
        computing="select pg_sleep(30)",
        # In the list it streams; in FROM the server would gather all of it first.
        endless="select generate_series(1, 1000000000), repeat('x', 100)",
        numbers="select generate_series(1, {n})::int8",
        wide="select repeat('x', {width}) from generate_series(1, {n})",
        fails_late="select 1 / (20000 - i) from generate_series(1, 30000) i",
        unknown_column='column "nope" does not exist',
        types=TYPES,
        writes=ESCAPES,
        as_text="({value})::text",
        values=(
            (ValueKind.TEXT, "é", "é"),
            (ValueKind.TEXT, None, None),
            (ValueKind.INTEGER, "9223372036854775807", "9223372036854775807"),
            (ValueKind.DECIMAL, "1.50", "1.50"),
            (ValueKind.BOOLEAN, "true", "true"),
            (ValueKind.DATE, "2024-02-29", "2024-02-29"),
            (ValueKind.TIMESTAMP, "2024-02-29T10:00:00", "2024-02-29 10:00:00"),
            (ValueKind.TIMESTAMP, "2024-02-29 10:00:00+02:00", "2024-02-29 08:00:00+00"),
            (ValueKind.TIMESTAMP, "2024-02-29T10:00:00Z", "2024-02-29 10:00:00+00"),
        ),
        strange_columns=(
            'select 1 as a, 2 as a, 3, 4 as "a b""c", 5 as "limit", 6 as c0',
            ["a", "a", "?column?", 'a b"c', "limit", "c0"],
        ),
    )

    @pytest.fixture(autouse=True)
    def kept(self, source_url: str) -> Iterator[None]:
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

    @pytest.fixture
    def state(self, admin: psycopg.Connection) -> Callable[[], object]:
        return lambda: _state(admin)

    @pytest.fixture
    def busy(self, admin: psycopg.Connection) -> Callable[[], int]:
        return lambda: _computing(admin)


def _state(admin: psycopg.Connection) -> tuple[object, ...]:
    kept = admin.execute("select array_agg(a) from kept").fetchone()
    tables = admin.execute("select count(*) from pg_class").fetchone()
    counted = admin.execute("select last_value, is_called from counted").fetchone()
    return kept, tables, counted


def _computing(admin: psycopg.Connection) -> int:
    sql = "select count(*) from pg_stat_activity where application_name = 'plumbline' and state = 'active'"
    row = admin.execute(sql).fetchone()
    return int(row[0]) if row else 0
