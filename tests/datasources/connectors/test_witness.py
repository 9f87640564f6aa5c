"""What the source tells of a read: its position, its clock, and the relations that were read."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from app.datasources.connectors.base import ConnectorError, Limits
from app.datasources.connectors.postgres.connector import PostgresConnector
from tests.datasources.connectors.reading import LIMITS, statement

INSERT_LSN = "function pg_current_wal_insert_lsn()"


@pytest.fixture
def tables(source_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(source_url, autocommit=True) as connection:
        connection.execute(
            """
            create table flights (a int primary key); create view early as select * from flights;
            create schema "Odd place"; create table "Odd place"."A table" (a int);
            create table parts (a int) partition by range (a);
            create table parts_1 partition of parts for values from (0) to (9)
            """
        )
        yield connection
        connection.execute('drop table flights, parts cascade; drop schema "Odd place" cascade')


def told(connector: PostgresConnector, sql: str, limits: Limits = LIMITS):
    with connector.execute(statement(sql), limits) as execution:
        list(execution.batches())
        return execution.frontier, execution.relations


def lsn(connection: psycopg.Connection) -> str:
    row = connection.execute("select pg_current_wal_insert_lsn()").fetchone()
    assert row is not None
    return str(row[0])


def number(position: str | None) -> int:
    assert position is not None
    high, low = position.split("/")
    return (int(high, 16) << 32) + int(low, 16)


def test_the_position_lies_between_those_before_and_after(connector, tables):
    before = lsn(tables)
    frontier, _ = told(connector, "select * from flights")
    after = lsn(tables)
    assert number(before) <= number(frontier.position) <= number(after)
    assert frontier.reason is None


def test_a_later_commit_moves_the_position(connector, tables):
    first, _ = told(connector, "select * from flights")
    tables.execute("insert into flights values (1)")
    second, _ = told(connector, "select * from flights")
    assert number(first.position) < number(second.position)


def test_the_clock_is_the_servers_in_utc(connector):
    frontier, _ = told(connector, "select 1")
    assert frontier.clock is not None and frontier.clock.endswith("Z")
    assert abs(datetime.fromisoformat(frontier.clock) - datetime.now(UTC)) < timedelta(seconds=30)


def test_the_answer_is_of_the_snapshot_whose_position_is_told(connector, tables):
    with connector.execute(statement("select count(*) from flights, pg_sleep(0.3)"), LIMITS) as execution:
        tables.execute("insert into flights values (1)")
        after = lsn(tables)
        (batch,) = execution.batches()
        assert batch.to_pylist() == [{"c0": 0}]
        assert number(execution.frontier.position) < number(after)


def test_a_server_that_may_not_tell_its_position_is_read_all_the_same(connector, tables, admin):
    admin.execute(f"revoke execute on {INSERT_LSN} from public")
    try:
        frontier, relations = told(connector, "select * from flights")
    finally:
        admin.execute(f"grant execute on {INSERT_LSN} to public")
        connector.close()
    assert frontier.position is None
    assert frontier.reason is not None and "permission denied" in frontier.reason
    assert relations == ("public.flights",)


@pytest.mark.parametrize(
    ("sql", "relations"),
    [
        ("select 1", ()),
        ("select * from flights", ("public.flights",)),
        ("with flights as (select 1) select * from flights", ()),
        ("select * from early", ("public.early", "public.flights")),
        ('select * from "Odd place"."A table", flights', ('"Odd place"."A table"', "public.flights")),
        ("select * from parts", ("public.parts",)),
        ("select 1 where exists (select from flights)", ("public.flights",)),
        ("select datname from pg_database", ("pg_catalog.pg_database",)),
    ],
)
def test_the_relations_are_those_that_the_server_opened(connector, tables, sql, relations):
    assert told(connector, sql)[1] == relations


def test_of_a_statement_that_fails_to_parse_only_the_position_is_known(connector):
    execution = connector.execute(statement("select nothing from nowhere"), LIMITS)
    with pytest.raises(ConnectorError), execution:
        pass
    assert execution.frontier.position is not None
    assert execution.relations is None


def test_of_a_statement_that_fails_later_the_relations_are_known_too(connector, tables):
    tables.execute("insert into flights values (0)")
    execution = connector.execute(statement("select 1 / a from flights"), LIMITS)
    with pytest.raises(ConnectorError), execution:
        list(execution.batches())
    assert execution.relations == ("public.flights",)
