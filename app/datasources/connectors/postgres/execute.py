"""One statement on its way: prepared alone, wrapped, streamed in chunks of rows."""

import time
from collections.abc import Iterator
from types import TracebackType
from typing import Literal, Self

import pyarrow as pa
from psycopg.pq.abc import PGresult

from app.datasources.connectors.base import (
    Aside,
    Column,
    ConnectorError,
    FailureReason,
    Limits,
    Statement,
)
from app.datasources.connectors.postgres import refusals, signals, witness
from app.datasources.connectors.postgres.ahead import Ahead
from app.datasources.connectors.postgres.aside import ask_aside
from app.datasources.connectors.postgres.batches import Batcher
from app.datasources.connectors.postgres.describe import Travelling, describe
from app.datasources.connectors.postgres.failures import (
    QUERY_CANCELED,
    ConnectionGone,
    ServerError,
)
from app.datasources.connectors.postgres.line import Stopped, TooWide
from app.datasources.connectors.postgres.render import Rendered, render
from app.datasources.connectors.postgres.transaction import ReadTransaction
from app.datasources.connectors.postgres.wires import Corrupt
from app.evidence.frontier import Frontier

ROWS_AT_A_TIME = 1000
MOST_BYTES_AT_A_TIME = 64_000_000
_MOST_BYTES_LATER = 256_000_000  # once batches were handed over, the statement cannot begin again

_Trouble = (Stopped, ConnectionGone, ServerError, Corrupt)


class PostgresExecution:
    """Implements Execution. One thread enters, reads and leaves, any other may `cancel`."""

    def __init__(
        self,
        conninfo: str,
        statement: Statement,
        limits: Limits,
        aside: Statement | None = None,
        *,
        allow_superuser: bool = False,
    ) -> None:
        self._transaction = ReadTransaction(conninfo)
        self._allow_superuser = allow_superuser
        self._statement = statement
        self._beside = aside
        self.aside: Aside | None = None
        self._limits = limits
        self._batcher = Batcher((), limits)
        self._travelling: tuple[Travelling, ...] = ()
        self._relations: tuple[str, ...] | None = None
        self._prefix = 0

    def __enter__(self) -> Self:
        self._deadline = time.monotonic() + self._limits.timeout_s
        self._rendered = render(self._statement)
        signals.refuse(self._rendered)
        try:
            self._transaction.begin(self._deadline)
            if self._transaction.line.is_superuser and not self._allow_superuser:
                raise refusals.superuser()
            self._travelling = self._describe(self._rendered)
            self._sql = self._wrapped(self._rendered)
            if self._beside:
                self.aside = ask_aside(self._transaction.line, self._beside)
            self._start(ROWS_AT_A_TIME)
        except _Trouble as error:
            raise self._explained(error) from None
        except BaseException:
            self._transaction.end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._transaction.end(result_is_complete=self.truncated_by == "rows")

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(each.column for each in self._travelling)

    @property
    def truncated_by(self) -> Literal["rows", "bytes"] | None:
        return self._batcher.truncated_by

    @property
    def frontier(self) -> Frontier:
        return self._transaction.frontier

    @property
    def relations(self) -> tuple[str, ...] | None:
        return self._relations

    def batches(self) -> Iterator[pa.RecordBatch]:
        try:
            yield from self._stream()
        except _Trouble as error:
            raise self._explained(error) from None

    def cancel(self) -> None:
        self._transaction.cancel()

    def _describe(self, rendered: Rendered) -> tuple[Travelling, ...]:
        """The server reads the user's text alone, so it cannot end the wrap early and go on outside of it."""
        self._prefix = len(rendered.comment)
        line = self._transaction.line
        question = witness.RELATIONS if line.link.tells_relations else None
        try:
            described, *told = line.prepare(rendered.comment + rendered.sql, rendered.types, question)
        except ServerError as error:
            if error.several_statements:
                raise refusals.several_statements() from None
            raise
        if described.nfields == 0:
            raise refusals.no_columns(rendered.sql)
        self._relations = witness.relations(told[0]) if told else None
        return describe(line, described)

    def _wrapped(self, rendered: Rendered) -> str:
        names = ", ".join(f"c{i}" for i in range(len(self._travelling)))
        selected = ", ".join(each.expression for each in self._travelling)
        before = f"{rendered.comment}select {selected} from (\n"
        self._prefix = len(before)
        return f"{before}{rendered.sql}\n) q({names}) limit {self._limits.max_rows + 1}"

    def _start(self, rows_at_a_time: int) -> None:
        self._batcher = Batcher(tuple(each.form for each in self._travelling), self._limits)
        self._transaction.line.start(self._sql, self._rendered.values, self._rendered.types, rows_at_a_time)

    def _stream(self) -> Iterator[pa.RecordBatch]:
        most_bytes: int | None = MOST_BYTES_AT_A_TIME
        while self._batcher.truncated_by is None:
            try:
                result = self._transaction.line.next(most_bytes)
            except TooWide:
                self._again_row_by_row()
                most_bytes = None
                continue
            if result is None:
                break
            handed_over = False
            for batch in self._batcher.feed(result):
                handed_over = True
                yield batch
            if handed_over and most_bytes is not None:
                yield from self._stream_ahead()
                break
        if self._batcher.holds_rows:
            yield self._batcher.flush()

    def _stream_ahead(self) -> Iterator[pa.RecordBatch]:
        """The rest of an answer that is longer than a batch."""
        try:
            with Ahead(self._read) as results:
                for result in results:
                    yield from self._batcher.feed(result)
                    if self._batcher.truncated_by is not None:
                        return
        except TooWide as wide:
            if wide.held <= self._batcher.bytes_left:
                raise _too_wide(self._batcher.rows) from None
            self._batcher.truncated_by = "bytes"

    def _read(self) -> PGresult | None:
        most_bytes = max(MOST_BYTES_AT_A_TIME, min(_MOST_BYTES_LATER, self._batcher.bytes_left))
        return self._transaction.line.next(most_bytes)

    def _again_row_by_row(self) -> None:
        """A chunk of rows grew past what is held at once: row by row takes longer, and any width."""
        self._transaction.end()
        self._transaction.begin_afresh(self._deadline)
        self._start(1)

    def _explained(self, error: Exception) -> ConnectorError:
        """In the words of our interface; by then the server has stopped, or its connection is closed."""
        self._transaction.end(result_is_complete=isinstance(error, ServerError))
        match error:
            case Stopped():
                return self._stopped(None)
            case ServerError(sqlstate=sqlstate) if sqlstate == QUERY_CANCELED:
                return self._stopped(error.message)
            case ServerError(sqlstate=sqlstate, position=int()) if self._wrap_refused(sqlstate):
                return refusals.not_a_read(self._rendered.sql)
            case ServerError():
                where = self._rendered.position(error.position, self._prefix)
                return ConnectorError(error.reason, error.message, position=where, hint=error.hint)
            case ConnectionGone():
                return ConnectorError(FailureReason.UNREACHABLE, f"The server went away: {error}")
        return ConnectorError(FailureReason.INTERNAL, f"The server's answer cannot be read: {error}")

    def _wrap_refused(self, sqlstate: str) -> bool:
        return bool(self._travelling) and sqlstate in refusals.NOT_IN_A_SUBQUERY

    def _stopped(self, words: str | None) -> ConnectorError:
        if self._transaction.cancelled:
            return ConnectorError(FailureReason.CANCELLED, "The run was cancelled.")
        if words is None or time.monotonic() >= self._deadline - 0.05:
            message = f"The statement took longer than {self._limits.timeout_s:g} s and was stopped."
            return ConnectorError(FailureReason.TIMEOUT, message)
        return ConnectorError(FailureReason.CANCELLED, f"Stopped on the server: {words}")


def _too_wide(rows: int) -> ConnectorError:
    return ConnectorError(
        FailureReason.TOO_LARGE,
        f"After row {rows:,} the rows are too wide: {ROWS_AT_A_TIME:,} of them take more than 256 MB.",
        hint="Leave out the widest columns, or cut them with left(column, 1000).",
    )
