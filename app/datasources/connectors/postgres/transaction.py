"""A read-only transaction on a connection of its own. It ends with ROLLBACK, or with the connection.

Its first statement asks for the source's position and takes the one snapshot that all others share.
"""

import threading
import time
from contextlib import suppress

import psycopg
from psycopg import pq

from app.datasources.connectors.postgres import witness
from app.datasources.connectors.postgres.connection import Link, open_link
from app.datasources.connectors.postgres.failures import ConnectionGone, ServerError
from app.datasources.connectors.postgres.line import Line
from app.datasources.connectors.postgres.warm import warm
from app.evidence.frontier import UNKNOWN, Frontier

GRACE_S = 0.25  # the server's own timeout comes first, and costs no cancel
_STOPPING_S = 1.0  # how long a cancelled statement may take to say that it has stopped

_BEGIN = (
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; "
    "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO'; "
    "SET LOCAL IntervalStyle = 'postgres'; SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'; "
    "SET LOCAL standard_conforming_strings = on; SET LOCAL statement_timeout = {timeout_ms}"
)
_NOTICE_ABSENCE = "; SET LOCAL client_connection_check_interval = 2000"
_ANY_BYTES = "; SET LOCAL client_encoding = 'SQL_ASCII'"  # else such a server refuses what is not UTF-8


class ReadTransaction:
    """One thread begins, uses `line` and ends; any other may cancel."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._cancelled = threading.Event()
        self._cancel_sent = False
        self._lock = threading.Lock()  # held while a cancel is sent, so that it cannot hit a later run
        self._line: Line | None = None
        self.frontier: Frontier = UNKNOWN

    @property
    def line(self) -> Line:
        if self._line is None:
            raise ConnectionGone("The statement has ended.")
        return self._line

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    def begin(self, deadline: float) -> None:
        """On a warm connection if one still works. `deadline` is of time.monotonic()."""
        if link := warm.take(self._conninfo):
            try:
                return self._begin(link, deadline)
            except (ConnectionGone, ServerError):
                self._forget().close()
        self.begin_afresh(deadline)

    def begin_afresh(self, deadline: float) -> None:
        """On a connection of its own. Raises CannotConnect."""
        self._begin(open_link(self._conninfo), deadline)

    def cancel(self) -> None:
        self._cancelled.set()
        self._send_cancel()

    def end(self, *, result_is_complete: bool = False) -> None:
        """Nothing outlives this. A statement under way is stopped first, unless its result is all here."""
        if self._line is None:
            return
        line = self._line
        ended = result_is_complete and line.drain(_STOPPING_S)
        if not ended and line.pgconn.transaction_status == pq.TransactionStatus.ACTIVE:
            if not self._cancel_sent:
                self._send_cancel()
            line.drain(_STOPPING_S)
        link = self._forget()
        if self._cancel_sent:
            link.close()  # the signal may still be on its way to this server process
        else:
            warm.keep(self._conninfo, link)

    def _begin(self, link: Link, deadline: float) -> None:
        with self._lock:
            self._cancel_sent = False
            self._line = Line(link, deadline + GRACE_S, self._cancelled)
        timeout_ms = max(1, int((deadline - time.monotonic()) * 1000))
        begin = _BEGIN.format(timeout_ms=timeout_ms)
        begin += _NOTICE_ABSENCE if link.notices_absence else ""
        begin += _ANY_BYTES if link.pgconn.parameter_status(b"server_encoding") == b"SQL_ASCII" else ""
        if link.hides_position is not None:
            self._line.simple(begin)
            self.frontier = Frontier(reason=link.hides_position)
        else:
            self.frontier = witness.frontier(self._line.simple(f"{begin}; {witness.POSITION}"))

    def _forget(self) -> Link:
        with self._lock:
            link = self.line.link
            self._line = None
        return link

    def _send_cancel(self) -> None:
        with self._lock:
            if self._line is None:
                return
            self._cancel_sent = True
            with suppress(psycopg.Error):
                self._line.link.connection.cancel_safe(timeout=2.0)
