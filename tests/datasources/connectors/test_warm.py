"""Warm connections save time and keep nothing."""

import os
import threading
import time

import psycopg
import pytest

from app.datasources.connectors import registry
from app.datasources.connectors.base import ConnectorError
from app.datasources.connectors.postgres import warm as module
from app.datasources.connectors.postgres.connector import PostgresConnector
from app.datasources.connectors.postgres.warm import MAX_IDLE
from tests.datasources.connectors.reading import LIMITS, read, statement

PID = "select pg_backend_pid()"


def test_a_run_reuses_the_connection_of_the_last(connector: PostgresConnector) -> None:
    assert read(connector, PID).rows == read(connector, PID).rows
    with pytest.raises(ConnectorError):
        read(connector, "select 1/0")
    assert read(connector, PID).rows == read(connector, PID).rows


def test_runs_at_the_same_time_have_connections_of_their_own(
    connector: PostgresConnector, admin: psycopg.Connection
) -> None:
    def sleep() -> None:
        found.append(read(connector, "select pg_backend_pid(), pg_sleep(0.3)").rows[0][0])

    found: list[int] = []
    threads = [threading.Thread(target=sleep) for _ in range(MAX_IDLE + 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == MAX_IDLE + 4
    assert _settles_at(admin, MAX_IDLE)


def test_close_lets_go_of_them(connector: PostgresConnector, admin: psycopg.Connection) -> None:
    read(connector, PID)
    connector.close()
    assert _settles_at(admin, 0)


def test_old_ones_are_not_used(connector: PostgresConnector, monkeypatch: pytest.MonkeyPatch) -> None:
    first = read(connector, PID).rows
    monkeypatch.setattr(module, "MAX_IDLE_S", 0.0)
    assert read(connector, PID).rows != first


def test_another_password_never_meets_a_warm_connection(
    source_url: str, connector: PostgresConnector
) -> None:
    read(connector, PID)
    with pytest.raises(ConnectorError, match="refused the user"):
        read(PostgresConnector({"url": source_url.replace(":secret@", ":wrong@")}), PID)


def test_a_child_process_does_not_use_its_parents_connections(
    connector: PostgresConnector, admin: psycopg.Connection
) -> None:
    (parents,) = read(connector, PID).rows[0]
    child = os.fork()
    if child == 0:
        os._exit(0 if read(connector, PID).rows[0][0] != parents else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert read(connector, PID).rows == [(parents,)]


def test_a_statement_left_half_read_leaves_no_rows_to_the_next(connector: PostgresConnector) -> None:
    with connector.execute(statement("select generate_series(1, 100000)"), LIMITS) as execution:
        next(execution.batches())
    assert read(connector, "select 'next'").rows == [("next",)]


def test_connectors_are_found_by_their_entry_point() -> None:
    if not registry.kinds():
        pytest.skip("the package is not installed")
    assert registry.kinds()["postgres"] is PostgresConnector
    assert isinstance(registry.connector_for("postgres", {"host": "x"}), PostgresConnector)
    with pytest.raises(registry.UnknownKind):
        registry.connector_for("paper", {})


def _settles_at(admin: psycopg.Connection, expected: int) -> bool:
    """A closed connection takes a moment to leave the server's list."""
    sql = "select count(*) from pg_stat_activity where application_name = 'plumbline'"
    for _ in range(100):
        if admin.execute(sql).fetchone() == (expected,):
            return True
        time.sleep(0.05)
    return False
