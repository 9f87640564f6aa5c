"""Talks to the server without ever blocking for long, so that deadlines and cancels are noticed."""

import select
import threading
import time
from collections.abc import Callable

import psycopg
from psycopg import pq

from app.datasources.connectors.postgres.connection import Link
from app.datasources.connectors.postgres.failures import ConnectionGone, ServerError, server_error
from app.datasources.connectors.postgres.receive import Receiver
from app.datasources.connectors.postgres.resident import resident_bytes

_LOOK_UP_S = 0.2
_FAILED = (pq.ExecStatus.FATAL_ERROR, pq.ExecStatus.BAD_RESPONSE)


class Stopped(Exception):
    """The deadline passed, or somebody cancelled."""


class TooWide(Exception):
    """More is in memory than is held at once, and the chunk of rows that it belongs to is not complete."""

    def __init__(self, held: int) -> None:
        super().__init__()
        self.held = held


class Line:
    """One exchange after the other over one connection. Raises Stopped, ConnectionGone and ServerError."""

    def __init__(self, link: Link, deadline: float, cancelled: threading.Event) -> None:
        self.link = link
        self.pgconn = link.pgconn
        self.deadline = deadline
        self._cancelled = cancelled
        self._to_read, self._to_write = select.poll(), select.poll()
        self._to_read.register(self.pgconn.socket, select.POLLIN)
        self._to_write.register(self.pgconn.socket, select.POLLIN | select.POLLOUT)
        self._receiver = Receiver(self.pgconn)
        self._held = 0  # memory in use when the result under way began to be long

    @property
    def is_superuser(self) -> bool:
        """As the server told, unasked, when the connection was made."""
        return self.pgconn.parameter_status(b"is_superuser") == b"on"

    def simple(self, command: str) -> pq.abc.PGresult:
        """For our own commands only: the simple protocol lets a text hold several statements.

        Returns the answer to the last of them.
        """
        self._send(lambda: self.pgconn.send_query(command.encode()))
        return self._all()

    def prepare(self, sql: str, types: tuple[int, ...], then: str | None = None) -> list[pq.abc.PGresult]:
        """What the statement would return, by the extended protocol: nothing is run.

        `then` is a question of ours that is asked in the same round trip; its answer comes second.
        """

        def send() -> None:
            self.pgconn.enter_pipeline_mode()
            self.pgconn.send_prepare(b"", sql.encode(), types)
            self.pgconn.send_describe_prepared(b"")
            if then is not None:
                self.pgconn.send_query_params(then.encode(), None)
            self.pgconn.pipeline_sync()

        self._send(send)
        answers, failure = self._until_synced()
        self.pgconn.exit_pipeline_mode()
        if failure is not None:
            raise failure
        return answers[1:]

    def ask(self, sql: str, values: tuple[bytes | None, ...], types: tuple[int, ...]) -> pq.abc.PGresult:
        self._send(lambda: self.pgconn.send_query_params(sql.encode(), values, types))
        return self._all()

    def start(
        self, sql: str, values: tuple[bytes | None, ...], types: tuple[int, ...], rows_at_a_time: int
    ) -> None:
        """Asks for binary rows, to be taken with `next`."""
        self._send(lambda: self.pgconn.send_query_params(sql.encode(), values, types, None, pq.Format.BINARY))
        if rows_at_a_time == 1:
            self.pgconn.set_single_row_mode()
        else:
            self.pgconn.set_chunked_rows_mode(rows_at_a_time)

    def next(self, most_bytes: int | None = None) -> pq.abc.PGresult | None:
        """The next result, None after the last one. Raises TooWide past `most_bytes` in one result."""
        try:
            while self.pgconn.is_busy():
                self._receive(most_bytes)
            result = self.pgconn.get_result()
        except psycopg.Error as error:
            raise ConnectionGone(str(error)) from None
        self._held = 0
        if result is not None and result.status in _FAILED:
            failure = server_error(result)
            if self.pgconn.status != pq.ConnStatus.OK and not failure.sqlstate:
                raise ConnectionGone(failure.message)
            raise failure
        return result

    def drain(self, seconds: float) -> bool:
        """Throws away what is still under way; whether the server came to its end in time."""
        self.deadline = time.monotonic() + seconds
        self._cancelled = threading.Event()
        try:
            while self.pgconn.transaction_status == pq.TransactionStatus.ACTIVE:
                while self.pgconn.is_busy():
                    self._wait()
                    self.pgconn.consume_input()
                if self.pgconn.get_result() is None:
                    return True
        except (Stopped, psycopg.Error):
            return False
        return True

    def _until_synced(self) -> tuple[list[pq.abc.PGresult], ServerError | None]:
        """Of a pipeline: the answers, and the failure after which the server skipped the rest."""
        answers: list[pq.abc.PGresult] = []
        failure = None
        while True:
            try:
                result = self.next()
            except ServerError as error:
                failure = failure or error
                continue
            if result is None or result.status == pq.ExecStatus.PIPELINE_ABORTED:
                continue
            if result.status == pq.ExecStatus.PIPELINE_SYNC:
                return answers, failure
            answers.append(result)

    def _all(self) -> pq.abc.PGresult:
        last = None
        while (result := self.next()) is not None:
            last = result
        if last is None:
            raise ConnectionGone("The server gave no answer.")
        return last

    def _send(self, message: Callable[[], None]) -> None:
        try:
            message()
            while self.pgconn.flush():
                self._wait(self._to_write)
                self.pgconn.consume_input()
        except psycopg.Error as error:
            raise ConnectionGone(str(error)) from None

    def _wait(self, poll: "select.poll | None" = None) -> None:
        while True:
            if (poll or self._to_read).poll(self._patience()):
                return

    def _receive(self, most_bytes: int | None) -> None:
        self._receiver.receive(self._patience())
        if most_bytes is None or not self.pgconn.is_busy():
            return
        held = resident_bytes()
        self._held = self._held or held
        if held - self._held > most_bytes:
            raise TooWide(held - self._held)

    def _patience(self) -> int:
        """Milliseconds until the next look at the deadline and at a cancel."""
        left = self.deadline - time.monotonic()
        if left <= 0 or self._cancelled.is_set():
            raise Stopped
        return int(min(left, _LOOK_UP_S) * 1000) + 1
