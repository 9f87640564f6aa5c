"""What a statement tries against other runs, and values that try to be a statement."""

import os
from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.errors import Invalid
from app.datasources.connectors.base import ConnectorError, FailureReason
from app.datasources.connectors.postgres.connector import PostgresConnector
from app.datasources.connectors.postgres.render import render
from app.queries.bind import bind
from app.queries.infer import infer
from app.queries.parameters import Declared, ParameterKind
from app.queries.placeholders import parse_template
from app.queries.values import LONGEST_TEXT
from tests.datasources.connectors.reading import LIMITS, read, statement

MANY = int(os.environ.get("PLUMB_VALUES", "300"))  # the release is tried with 10,000

OTHERS = "from pg_stat_activity where usename = current_user and pid <> pg_backend_pid()"
SIGNALS = [
    f"select pg_terminate_backend(pid) {OTHERS}",
    f"select pg_cancel_backend(pid) {OTHERS}",
    f"select PG_Catalog . PG_Terminate_Backend /* x */ (pid) {OTHERS}",
    f'select "pg_terminate_backend"(pid) {OTHERS}',
    f'select pg_catalog."pg_cancel_backend" (pid) {OTHERS}',
    f'select U&"pg_t\\0065rminate_backend"(pid) {OTHERS}',
    f"select u&\"pg_t!0065rminate_backend\" uescape '!' (pid) {OTHERS}",
    f'select U&"pg_t\\0065rminate_backend" -- x\n (pid) {OTHERS}',
    f"select 1 where (select bool_or(pg_terminate_backend(pid)) {OTHERS})",
]


@pytest.fixture
def other(source_url: str) -> Iterator[psycopg.Connection]:
    """A statement of the same role, as another run's would be."""
    with psycopg.connect(source_url, autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize("sql", SIGNALS)
def test_no_other_run_is_killed(sql: str, connector: PostgresConnector, other: psycopg.Connection) -> None:
    with pytest.raises(ConnectorError) as refused:
        read(connector, sql)
    assert refused.value.reason is FailureReason.DENIED
    assert refused.value.position is not None
    measured = connector.explain(statement(sql), LIMITS, analyze=True)
    with pytest.raises(ConnectorError, match=r"other statements|Unicode"), measured:
        pass
    with connector.execute(statement("select 1"), LIMITS, statement(sql)) as execution:
        assert execution.aside is not None and execution.aside.value is None
        list(execution.batches())
    assert other.execute("select 'alive'").fetchone() == ("alive",)


@pytest.mark.parametrize(
    "sql",
    [
        "select 'pg_terminate_backend(1)' as said",
        "select 1 as pg_terminate_backends",
        "select 1 as my_pg_cancel_backend -- pg_cancel_backend(1)",
        'select 1 as U&"d\\0061t"',
    ],
)
def test_names_that_only_look_like_it_are_left_alone(sql: str, connector: PostgresConnector) -> None:
    assert len(read(connector, sql).rows) == 1


LEAVES = [
    "select pg_advisory_lock(1), pg_advisory_lock_shared(2, 3), pg_try_advisory_lock(4)",
    "select set_config('work_mem', '64kB', false), set_config('datestyle', 'German', false)",
    "select set_config('role', 'lender', false), current_user",
    "select set_config('session_characteristics.x', 'y', false), set_config('timezone', 'Asia/Tokyo', false)",
    "select set_config('default_transaction_read_only', 'off', false)",
    "select set_config('statement_timeout', '0', false), set_config('lock_timeout', '1', false)",
    "select set_config('client_encoding', 'LATIN1', false), set_config('search_path', 'nowhere', false)",
    "select pg_export_snapshot()",
    "select pg_notify('plumb', 'x'), pg_sleep(0)",
    "select setseed(0.5)",
]
SESSION = """
select pg_backend_pid(), current_user::text,
       (select md5(string_agg(name || '=' || setting, ',' order by name)) from pg_settings
        where context in ('user', 'superuser') and name <> 'statement_timeout'),
       (select count(*) from pg_locks where pid = pg_backend_pid() and locktype = 'advisory')
"""


def test_nothing_of_a_run_reaches_the_next_on_its_connection(
    connector: PostgresConnector, admin: psycopg.Connection
) -> None:
    admin.execute("create role lender")
    admin.execute("grant lender to reader")
    try:
        before = read(connector, SESSION).rows
        for sql in LEAVES:
            read(connector, sql)
            assert read(connector, SESSION).rows == before, sql
    finally:
        admin.execute("drop role lender")


@pytest.mark.parametrize(
    "sql",
    [
        "select dblink_exec('dbname=source', 'drop table kept')",
        "select lo_export(1, '/tmp/plumb-escape')",
        "select lo_import('/etc/passwd')",
        "select pg_ls_dir('/')",
        "select pg_stat_file('/etc/passwd')",
        "select pg_reload_conf()",
        "select pg_switch_wal()",
        "select pg_create_restore_point('x')",
        "select pg_drop_replication_slot('x')",
        "select pg_logical_emit_message(false, 'x', 'y')",
        "select set_config('session_authorization', 'admin', false)",
        "select set_config('role', 'admin', false)",
        "select query_to_xml('drop table kept', true, true, '')",
        "select query_to_xml('commit; drop table kept', true, true, '')",
        "select txid_current()::text::int from query_to_xml('create table made (a int)', true, true, '')",
    ],
)
def test_functions_that_reach_outside_are_refused_or_do_nothing(
    sql: str, connector: PostgresConnector, admin: psycopg.Connection
) -> None:
    admin.execute("create table if not exists kept (a int)")
    before = _world(admin)
    try:
        read(connector, sql)
    except ConnectorError as refused:
        assert refused.reason is not FailureReason.INTERNAL
    assert _world(admin) == before
    admin.execute("drop table kept")


PIECES = st.sampled_from(
    [
        *("'", "''", '"', "\\", "\\'", "$$", "$x$", "$1", ";", "--", "/*", "*/", "{{", "}}", "[[", "]]"),
        *("{", "}", ",", "\n", "\r", "\t", "\0", "%s", "%(v)s", ":v", "?", "E'", "U&'", "NULL", "null", " "),
        *(" or 1=1", "'; drop table kept; --", "\\x00", "\u2028", "\u202e", "\ufeff", "\U0001f989", "\ud800"),
    ]
)
HUGE = st.tuples(PIECES, st.integers(1, 60_000)).map(lambda pair: pair[0] * pair[1])
MIXED = st.lists(PIECES | st.text(max_size=9), max_size=12).map("".join)
VALUES = st.one_of(st.text(), MIXED, MIXED, HUGE)
ONE, ALL = parse_template("select {{ v }}::text as v"), parse_template("select unnest({{ v }})::text as v")
# The values' own grammar is not SQL's: these kinds take no text as it comes.
STRICT = [kind for kind in ParameterKind if kind in ("integer", "decimal", "boolean", "date", "timestamp")]


@settings(max_examples=MANY, deadline=None, suppress_health_check=list(HealthCheck))
@given(value=VALUES)
def test_a_value_arrives_exactly_or_is_refused(connector: PostgresConnector, value: str) -> None:
    try:
        asked = bind(ONE, [Declared("v", ParameterKind.TEXT)], {"v": value}).statement()
    except Invalid:
        assert _is_refused(value)
        return
    assert render(asked).sql == "select  $1 ::text as v"
    with connector.execute(asked, LIMITS) as execution:
        rows = [row for batch in execution.batches() for row in batch.to_pylist()]
    assert rows == [{"c0": value}]


@settings(max_examples=MANY, deadline=None, suppress_health_check=list(HealthCheck))
@given(values=st.lists(VALUES, min_size=1, max_size=4))
def test_values_of_a_list_arrive_exactly_or_are_refused(
    connector: PostgresConnector, values: list[str]
) -> None:
    try:
        asked = bind(ALL, infer(ALL, {"v": values}), {"v": values}).statement()
    except Invalid:
        assert any(map(_is_refused, values))
        return
    assert render(asked).sql == "select unnest( $1 )::text as v"
    with connector.execute(asked, LIMITS) as execution:
        rows = [row["c0"] for batch in execution.batches() for row in batch.to_pylist()]
    assert sorted(rows) == sorted(set(values))


@settings(max_examples=MANY, deadline=None, suppress_health_check=list(HealthCheck))
@given(kind=st.sampled_from(STRICT), value=VALUES)
def test_what_is_no_number_or_date_never_reaches_the_server(kind: ParameterKind, value: str) -> None:
    try:
        asked = bind(ONE, [Declared("v", kind)], {"v": value}).statement()
    except Invalid as refused:
        assert list(refused.fields) == ["parameters.v"]
        return
    assert render(asked).sql == "select  $1 ::text as v"
    sent = asked.values[0].text
    assert sent is None or set(sent.casefold()) <= set("0123456789+-.:tz efalsru")


def _is_refused(value: str) -> bool:
    """What Postgres cannot store, and what is too long."""
    return len(value) > LONGEST_TEXT or any(c == "\0" or "\ud800" <= c <= "\udfff" for c in value)


def _world(admin: psycopg.Connection) -> list[tuple[object, ...]]:
    """Relations, large objects, slots, prepared transactions and roles of the source."""
    return admin.execute(
        """
        select 'relation', oid::text, relname::text from pg_class where oid > 16384
        union all select 'large object', oid::text, '' from pg_largeobject_metadata
        union all select 'slot', slot_name::text, '' from pg_replication_slots
        union all select 'prepared', gid, '' from pg_prepared_xacts
        union all select 'role', oid::text, rolname::text from pg_roles
        order by 1, 2
        """
    ).fetchall()
