"""The boundary between Plumbline and one kind of datasource. Everything above it speaks these types only."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import ClassVar, Literal, Protocol, Self

import pyarrow as pa

from app.datasources.connectors.catalog import Catalogued
from app.datasources.connectors.values import BoundValue as BoundValue
from app.datasources.connectors.values import ValueKind as ValueKind
from app.evidence.frontier import Frontier


class ColumnKind(StrEnum):
    """What a column is to a reader: decides alignment, formats and chart defaults."""

    INTEGER = "integer"
    FLOAT = "float"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"
    TIME = "time"
    TEXT = "text"
    JSON = "json"
    BINARY = "binary"
    OTHER = "other"


class FailureReason(StrEnum):
    """The closed set of reasons for which a run fails."""

    SYNTAX = "syntax"
    DENIED = "denied"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    CANCELLED = "cancelled"
    WORKER_LOST = "worker_lost"
    QUERY = "query"
    NOT_STORED = "not_stored"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement to run.

    `parts` are the stretches of SQL between placeholders: `parts[0] <values[slots[0]]> parts[1] ...`, so that
    each connector writes placeholders in its own way. `comment` is shown to the database's administrator.
    """

    parts: tuple[str, ...]
    slots: tuple[int, ...] = ()
    values: tuple[BoundValue, ...] = ()
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may take: seconds, rows, and bytes of raw (uncompressed) column data."""

    timeout_s: float
    max_rows: int
    max_bytes: int


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a result: `type` is the source's own word for it, such as `numeric(12,2)`."""

    name: str
    type: str
    kind: ColumnKind


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a statement: `offset` characters (from 0) into `parts[part]`."""

    part: int
    offset: int


class ConnectorError(Exception):
    """A failure with the source's own words, and where in the statement it lies when the source says so."""

    def __init__(
        self,
        reason: FailureReason,
        message: str,
        *,
        position: Position | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.position = position
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Aside:
    """What a small statement beside the main one said: a value as the source prints it, or why there is none.

    It fails the main statement only by taking all of its time.
    """

    value: str | None = None
    reason: str | None = None

    @classmethod
    def of_rows(cls, values: Sequence[str | None]) -> "Aside":
        """Of the first rows of its one column."""
        if not values:
            return cls(reason="It returned no row.")
        if len(values) > 1:
            return cls(reason="It returned more than one row.")
        return cls(values[0]) if values[0] is not None else cls(reason="It returned NULL.")

    @classmethod
    def of_columns(cls, count: int) -> "Aside":
        return cls(reason=f"It returns {count} columns; one value is wanted.")


class Execution(Protocol):
    """A statement under way. Entering it starts the statement; leaving it always ends the transaction."""

    def __enter__(self) -> Self:
        """Raises ConnectorError. May wait (for a connection, for a lock): `cancel` works meanwhile."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    @property
    def columns(self) -> tuple[Column, ...]: ...

    @property
    def truncated_by(self) -> Literal["rows", "bytes"] | None:
        """Which limit cut the result; known once `batches` is exhausted."""
        ...

    @property
    def frontier(self) -> Frontier:
        """How far the source had come for this statement's snapshot; known once entered."""
        ...

    @property
    def relations(self) -> tuple[str, ...] | None:
        """Qualified names of what the statement reads, as the source tells; None when it does not."""
        ...

    @property
    def aside(self) -> Aside | None:
        """What the statement beside said, of the same snapshot; known once entered, None without one."""
        ...

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Columns `c0..cN` in batches of about 1 MB or 10,000 rows, in order. Raises ConnectorError.

        A column's Arrow type may differ from batch to batch (a batch whose values do not fit carries them as
        text, as the source prints them): keep it with each batch and unify on reading. No rows, no batches.
        """
        ...

    def cancel(self) -> None:
        """Ask the source to stop; safe from another thread, before, during and after the run."""
        ...


@dataclass(frozen=True, slots=True)
class Check:
    """The outcome of testing a connection, in words for its owner.

    `problem` is one of `host_not_found, refused, wrong_password, no_such_database, tls, unreachable,
    superuser, fenced, missing_field, invalid, other`, or None when it works. `field` names the form field
    at fault.
    """

    ok: bool
    message: str
    problem: str | None = None
    field: str | None = None
    server_version: str | None = None
    is_superuser: bool = False
    can_write: bool = False
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConnectionField:
    """One field of the form that describes a connection. `kind`: text, number, secret or choice."""

    name: str
    label: str
    kind: Literal["text", "number", "secret", "choice"] = "text"
    required: bool = False
    default: str = ""
    choices: tuple[str, ...] = ()
    help: str = ""


class Connector(Catalogued, Protocol):
    """Speaks to one datasource. Constructed with the connection's fields as text, keyed by field name."""

    kind: ClassVar[str]
    label: ClassVar[str]
    fields: ClassVar[tuple[ConnectionField, ...]]

    def __init__(self, connection: Mapping[str, str]) -> None: ...

    def check(self) -> Check:
        """Try the connection within about 5 seconds. Never raises for a connection that does not work."""

    def execute(self, statement: Statement, limits: Limits, aside: Statement | None = None) -> Execution:
        """One reading statement, to be entered by `with`; nothing outlives that. Raises ConnectorError.

        `aside` is a second one that returns a single value of the same snapshot.
        """

    def explain(self, statement: Statement, limits: Limits, *, analyze: bool) -> Execution:
        """As `execute`, but the rows are `plan.PLAN_COLUMNS`; `analyze` runs the statement and measures."""

    def close(self) -> None:
        """Let go of warm connections."""
