"""Rows, bytes, seconds and memory are bounded, and what was cut says so."""

import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import ModuleType

import psutil
import psycopg
import pytest

from app.datasources.connectors.base import ConnectorError, FailureReason, Limits
from app.datasources.connectors.postgres.connector import PostgresConnector
from tests.datasources.connectors.reading import LIMITS, read, statement
from tests.datasources.connectors.server import Server, running_server

# In the list it streams; in FROM the server would gather all of it first.
ENDLESS = "select generate_series(1, 1000000000), repeat('x', 100)"
COMPUTING = "select count(*) from (select generate_series(1, 10000000000)) q"
UNLIMITED = Limits(20, 10**9, 10**12)
TERMINATE = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'plumbline'"


@pytest.mark.parametrize(("rows", "cut"), [(999, "rows"), (1000, None), (1001, None)])
def test_a_result_is_cut_at_its_rows(
    rows: int, cut: str | None, connector: PostgresConnector, decoder: ModuleType
) -> None:
    result = read(connector, "select generate_series(1, 1000)", limits=Limits(10, rows, 10**6))
    assert (len(result.rows), result.truncated_by) == (min(rows, 1000), cut)


def test_a_result_is_cut_at_its_bytes(connector: PostgresConnector, decoder: ModuleType) -> None:
    # A row is 8 bytes of bigint, 4 of offset and 100 of text.
    sql = "select i::bigint, repeat('x', 100) from generate_series(1, 5000) i"
    result = read(connector, sql, limits=Limits(10, 10_000, 112 * 2500 + 50))
    assert (len(result.rows), result.truncated_by) == (2500, "bytes")
    assert result.rows[-1][0] == 2500


def test_batches_are_about_a_megabyte_or_ten_thousand_rows(
    connector: PostgresConnector, decoder: ModuleType
) -> None:
    narrow = read(connector, "select i from generate_series(1, 25000) i").batches
    assert [batch.num_rows for batch in narrow] == [10_000, 10_000, 5000]
    wide = read(connector, "select repeat('x', 1000) from generate_series(1, 3000)").batches
    assert sum(batch.num_rows for batch in wide) == 3000
    assert all(900_000 < batch.nbytes < 1_100_000 for batch in wide[:-1])
    wider = read(connector, "select repeat('x', 3000000) from generate_series(1, 3)").batches
    assert [batch.num_rows for batch in wider] == [1, 1, 1]


@pytest.mark.parametrize("sql", [COMPUTING])
def test_a_cancel_from_another_thread_stops_it_on_the_server(
    sql: str, connector: PostgresConnector, admin: psycopg.Connection
) -> None:
    with connector.execute(statement(sql), UNLIMITED) as execution:
        asked: list[float] = []

        def cancel() -> None:
            asked.append(time.monotonic())
            execution.cancel()

        threading.Timer(0.5, cancel).start()
        with pytest.raises(ConnectorError) as stopped:
            for _ in execution.batches():
                pass
        assert time.monotonic() - asked[0] < 10
        assert stopped.value.reason is FailureReason.CANCELLED
        assert _computing(admin) == 0
    assert read(connector, "select 1").rows == [(1,)]


def test_a_cancel_works_while_the_statement_waits_for_a_lock(
    connector: PostgresConnector, source_url: str
) -> None:
    with psycopg.connect(source_url) as owner:
        owner.execute("create table locked (a int)")  # uncommitted names are waited for
        owner.commit()
        owner.execute("lock table locked in access exclusive mode")
        execution = connector.execute(statement("select * from locked"), LIMITS)
        threading.Timer(0.3, execution.cancel).start()
        began = time.monotonic()
        with pytest.raises(ConnectorError) as stopped, execution:
            list(execution.batches())
        assert stopped.value.reason is FailureReason.CANCELLED
        assert time.monotonic() - began < 10
        owner.execute("drop table locked")


def test_a_late_cancel_never_hits_the_next_run(connector: PostgresConnector) -> None:
    for i in range(60):
        with connector.execute(statement("select pg_sleep(0.002)"), LIMITS) as execution:
            late = threading.Timer(i / 20_000, execution.cancel)
            late.start()
            try:
                list(execution.batches())
            except ConnectorError as stopped:
                assert stopped.reason is FailureReason.CANCELLED
        assert read(connector, "select pg_sleep(0.001), 2").rows[0][1] == 2
        late.join()


def test_an_administrators_cancel_is_told_apart_from_ours(
    connector: PostgresConnector, admin: psycopg.Connection
) -> None:
    stop = "select pg_cancel_backend(pid) from pg_stat_activity where application_name = 'plumbline'"
    threading.Timer(0.3, lambda: admin.execute(stop)).start()
    with pytest.raises(ConnectorError, match="user request") as stopped:
        read(connector, "select pg_sleep(10)")
    assert stopped.value.reason is FailureReason.CANCELLED


def test_a_connection_that_is_terminated_is_unreachable_in_the_servers_words(
    connector: PostgresConnector, admin: psycopg.Connection
) -> None:
    threading.Timer(0.3, lambda: admin.execute(TERMINATE)).start()
    with pytest.raises(ConnectorError, match="administrator command") as gone:
        read(connector, "select pg_sleep(10)")
    assert gone.value.reason is FailureReason.UNREACHABLE


def test_a_warm_connection_that_died_is_replaced(
    connector: PostgresConnector, admin: psycopg.Connection
) -> None:
    read(connector, "select 1")
    admin.execute(TERMINATE)
    assert read(connector, "select 1").rows == [(1,)]


@pytest.mark.parametrize("sql", ["select pg_sleep(20)", ENDLESS])
def test_a_server_killed_mid_query_is_unreachable(sql: str) -> None:
    with running_server() as doomed:
        connector = PostgresConnector({"url": doomed.source_url})
        killing = threading.Timer(0.5, _kill, [doomed])
        killing.start()
        began = time.monotonic()
        with pytest.raises(ConnectorError) as gone:
            read(connector, sql, limits=UNLIMITED)
        assert gone.value.reason is FailureReason.UNREACHABLE
        assert time.monotonic() - began < 15
        killing.join()
        with pytest.raises(ConnectorError, match="refuses connections") as refused:
            read(connector, "select 1")
        assert refused.value.reason is FailureReason.UNREACHABLE


_MEASURED = """
import resource, sys
from app.core import fence
from app.datasources.connectors.postgres.connector import PostgresConnector
from tests.datasources.connectors.reading import LIMITS, statement
from app.datasources.connectors.base import Limits
UNHURRIED = Limits(300, 10**6, 10**10)
fence.configure("all")
connector = PostgresConnector({"url": sys.argv[1]})
list(connector.execute(statement("select 1"), LIMITS).__enter__().batches())
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
rows = size = 0
with connector.execute(statement(sys.argv[2]), UNHURRIED) as execution:
    for batch in execution.batches():
        rows, size = rows + batch.num_rows, size + batch.nbytes
print(rows, size, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.parametrize("way", ["source_url", "socket_url"])
@pytest.mark.parametrize("decoder_name", ["compiled", "pure"])
def test_wide_rows_are_read_in_bounded_memory(way: str, decoder_name: str, server: Server) -> None:
    sql = "select i, repeat(chr(65 + i % 26), 1000000) from generate_series(1, 200) i"
    measured = subprocess.run(
        [sys.executable, "-c", _MEASURED, getattr(server, way), sql],
        env=os.environ | {"PLUMB_DECODER": decoder_name},
        capture_output=True,
        text=True,
        check=True,
    )
    rows, size, grown_mb = map(int, measured.stdout.split())
    assert (rows, size > 200_000_000) == (200, True)
    assert grown_mb < 180


def test_rows_that_become_wide_late_are_refused_in_words(connector: PostgresConnector) -> None:
    sql = "select repeat('x', case when i < 20000 then 1 else 1000000 end) from generate_series(1, 21000) i"
    with pytest.raises(ConnectorError, match="too wide") as refused:
        read(connector, sql, limits=Limits(60, 10**6, 10**10))
    assert refused.value.reason is FailureReason.TOO_LARGE
    assert read(connector, sql, limits=Limits(60, 10**6, 10**8)).truncated_by == "bytes"


def _computing(admin: psycopg.Connection) -> int:
    sql = "select count(*) from pg_stat_activity where application_name = 'plumbline' and state = 'active'"
    row = admin.execute(sql).fetchone()
    return int(row[0]) if row else 0


def _kill(server: Server) -> None:
    postmaster = psutil.Process(int(Path(server.folder, "data", "postmaster.pid").read_text().split()[0]))
    doomed = [postmaster, *postmaster.children(recursive=True)]
    for process in doomed:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(doomed, timeout=30)
