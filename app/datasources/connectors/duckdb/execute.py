"""One statement on its way: parsed alone, described, streamed as Arrow."""

import threading
import time
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Literal, Self

import duckdb
import pyarrow as pa

from app.datasources.connectors.base import (
    Aside,
    Column,
    ConnectorError,
    FailureReason,
    Limits,
    Statement,
)
from app.datasources.connectors.cutting import Cutter
from app.datasources.connectors.duckdb import refusals
from app.datasources.connectors.duckdb.connection import connect
from app.datasources.connectors.duckdb.failures import INTERRUPTED, failure
from app.datasources.connectors.duckdb.fields import BadFields
from app.datasources.connectors.duckdb.printed import fitting
from app.datasources.connectors.duckdb.render import Rendered, render
from app.datasources.connectors.duckdb.types import column, expression
from app.datasources.connectors.duckdb.watch import Watch
from app.evidence.frontier import Frontier

LONGEST_ASIDE = 1000  # characters
ROWS_AT_A_TIME = 2048  # DuckDB's own vector
_DESCRIBE = "DESCRIBE "
_Trouble = (duckdb.Error, OSError, pa.ArrowException)  # a stream makes OSErrors of DuckDB's


class DuckDBExecution:
    """Implements Execution. One thread reads, any other may `cancel`."""

    def __init__(
        self,
        connection: Mapping[str, str],
        statement: Statement,
        limits: Limits,
        aside: Statement | None = None,
    ) -> None:
        self._fields = connection
        self._statement = statement
        self._beside = aside
        self.aside: Aside | None = None
        self._limits = limits
        self._cancelled = threading.Event()
        self._cutter = Cutter(limits)
        self._columns: tuple[Column, ...] = ()
        # Bytes before the user's text in what DuckDB reads; None where it counts in a text of its own making.
        self._prefix: int | None = 0
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._watch: Watch | None = None

    def __enter__(self) -> Self:
        deadline = time.monotonic() + self._limits.timeout_s
        self._rendered = render(self._statement)
        try:
            self._connection = connect(self._fields)
            self._watch = Watch(deadline, self._connection.interrupt, self._cancelled)
            self._relation = self._described(self._connection, self._rendered)
            if self._beside:
                self.aside = self._asked_aside(self._connection, self._beside)
        except BadFields as bad:
            raise ConnectorError(FailureReason.UNREACHABLE, str(bad)) from None
        except _Trouble as error:
            raise self._explained(error) from None
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    @property
    def columns(self) -> tuple[Column, ...]:
        return self._columns

    @property
    def truncated_by(self) -> Literal["rows", "bytes"] | None:
        return self._cutter.truncated_by

    @property
    def frontier(self) -> Frontier:
        return Frontier(reason="DuckDB does not tell a position.")

    @property
    def relations(self) -> tuple[str, ...] | None:
        return None

    def batches(self) -> Iterator[pa.RecordBatch]:
        try:
            for read in self._relation.to_arrow_reader(ROWS_AT_A_TIME):
                self._look_up()
                yield from map(fitting, self._cutter.feed(read))
                if self._cutter.truncated_by:
                    break
            yield from map(fitting, self._cutter.finish())
        except _Trouble as error:
            raise self._explained(error) from None

    def cancel(self) -> None:
        self._cancelled.set()

    def _described(
        self, connection: duckdb.DuckDBPyConnection, rendered: Rendered
    ) -> duckdb.DuckDBPyRelation:
        """What will be read; nothing runs yet."""
        parsed = _parsed(connection, rendered)
        values = list(rendered.values) or None
        self._look_up()
        self._prefix = len(_DESCRIBE)
        described = connection.execute(_DESCRIBE + rendered.sql, values).fetchall()
        self._prefix = None
        self._columns = tuple(column(name, type_name) for name, type_name, *_ in described)
        chosen = ", ".join(expression(place, row[1]) for place, row in enumerate(described))
        self._look_up()
        # Not connection.execute: that gathers the whole result before it gives the first row.
        relation = connection.sql(parsed, params=values)
        return relation.project(chosen).limit(self._limits.max_rows + 1)

    def _asked_aside(self, connection: duckdb.DuckDBPyConnection, statement: Statement) -> Aside:
        """The files are open for reading only: every statement of this connection sees the same."""
        try:
            rendered = render(statement)
            relation = connection.sql(_parsed(connection, rendered), params=list(rendered.values) or None)
            if len(relation.columns) != 1:
                return Aside.of_columns(len(relation.columns))
            printed = relation.project(f"CAST(#1 AS VARCHAR)[1:{LONGEST_ASIDE}]")
            return Aside.of_rows([row[0] for row in printed.limit(2).fetchall()])
        except ConnectorError as error:
            return Aside(reason=error.message)
        except _Trouble as error:
            self._look_up()
            return Aside(reason=failure(error).message)

    def _look_up(self) -> None:
        if self._cancelled.is_set() or (self._watch and self._watch.stopped):
            raise self._stopped()

    def _explained(self, error: Exception) -> ConnectorError:
        stopped = self._watch is not None and self._watch.stopped
        self._end()
        found = failure(error)
        if found.kind == INTERRUPTED and stopped:
            return self._stopped()
        where = None if self._prefix is None else self._rendered.position(found.byte, self._prefix)
        return ConnectorError(found.reason, found.message, position=where, hint=found.hint)

    def _stopped(self) -> ConnectorError:
        if self._cancelled.is_set():
            return ConnectorError(FailureReason.CANCELLED, "The run was cancelled.")
        message = f"The statement took longer than {self._limits.timeout_s:g} s and was stopped."
        return ConnectorError(FailureReason.TIMEOUT, message)

    def _end(self) -> None:
        if self._watch:
            self._watch.end()
        if self._connection:
            self._connection.interrupt()
            self._connection.close()
        self._watch = self._connection = None


def _parsed(connection: duckdb.DuckDBPyConnection, rendered: Rendered) -> duckdb.Statement:
    """The one reading statement that the text is."""
    statements = connection.extract_statements(rendered.sql)
    if len(statements) > 1:
        raise refusals.several_statements()
    if statements[0].type is not duckdb.StatementType.SELECT:
        raise refusals.not_a_read(statements[0].type.name)
    return statements[0]
