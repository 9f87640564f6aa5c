"""Long answers are read ahead, within bounds, and nothing of it stays when the reader of it goes."""

import importlib
import importlib.util
import threading
import time

import psycopg
import pytest

from app.datasources.connectors.base import ConnectorError, Limits
from app.datasources.connectors.postgres import ahead, line, receive_pure
from app.datasources.connectors.postgres.ahead import Ahead
from tests.datasources.connectors.reading import read, statement

COMPILED = "app.datasources.connectors.postgres._receive"
LONG = "select i, repeat('x', 100) from generate_series(1, 200000) i"


@pytest.fixture(params=["compiled", "pure"])
def receiver(request, monkeypatch):
    """Both receivers in turn, in use."""
    if request.param == "pure":
        chosen = receive_pure
    elif importlib.util.find_spec(COMPILED):
        chosen = importlib.import_module(COMPILED)
    else:
        pytest.skip("the compiled receiver is not built")
    monkeypatch.setattr(line, "Receiver", chosen.Receiver)
    return chosen


@pytest.fixture
def connection(source_url):
    connection = psycopg.connect(source_url, autocommit=True)
    yield connection.pgconn
    connection.close()


def test_a_long_answer_arrives_whole_and_in_order(connector, receiver):
    rows = read(connector, LONG).rows
    assert [row[0] for row in rows] == list(range(1, 200001))
    assert _readers() == []


def test_it_comes_back_when_nothing_arrives(connection, receiver):
    connection.send_query(b"select pg_sleep(5)")
    receiver.Receiver(connection).receive(20)
    assert connection.is_busy()


def test_it_says_that_the_connection_broke(connection, admin, receiver):
    connection.send_query(b"select pg_sleep(60)")
    admin.execute("select pg_terminate_backend(%s)", (connection.backend_pid,))
    receiving = receiver.Receiver(connection)
    deadline = time.monotonic() + 20
    with pytest.raises(psycopg.OperationalError):
        while time.monotonic() < deadline:
            receiving.receive(1000)
            while not connection.is_busy() and connection.get_result() is not None:
                pass
            connection.consume_input()


def test_who_turns_away_takes_the_reader_along(connector, receiver):
    execution = connector.execute(
        statement("select generate_series(1, 100000000)"), Limits(30, 10**9, 10**12)
    )
    with execution:
        batches = execution.batches()
        next(batches), next(batches)
        assert len(_readers()) == 1
        batches.close()
        assert _readers() == []


def test_an_error_after_many_rows_is_told(connector, receiver):
    with pytest.raises(ConnectorError, match="division by zero"):
        read(connector, "select 1 / (150000 - i) from generate_series(1, 200000) i")
    assert _readers() == []


def test_what_waits_is_bounded_by_number_and_by_bytes(connection):
    assert _read_without_taking(connection.exec_(b"select 1")) == ahead.MOST_RESULTS
    wide = connection.exec_(b"select repeat('x', 3000000)")
    assert _read_without_taking(wide) == 3


def _read_without_taking(result) -> int:
    count = 0
    moved = threading.Event()

    def read():
        nonlocal count
        count += 1
        moved.set()
        return result

    with Ahead(read):
        while moved.wait(0.5):
            moved.clear()
        return count


def _readers() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "source-reader"]
