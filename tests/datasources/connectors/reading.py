"""Running a statement in one call, and what Postgres itself says of the same values."""

import importlib.util
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pyarrow as pa

from app.datasources.connectors.base import BoundValue, Column, Connector, Limits, Statement, ValueKind

_COMPILED = "app.datasources.connectors.postgres._decode"
decode_compiled = importlib.import_module(_COMPILED) if importlib.util.find_spec(_COMPILED) else None

LIMITS = Limits(timeout_s=20, max_rows=1_000_000, max_bytes=1_000_000_000)


@dataclass(frozen=True)
class Read:
    columns: tuple[Column, ...]
    batches: list[pa.RecordBatch]
    truncated_by: str | None

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        return [tuple(row.values()) for batch in self.batches for row in batch.to_pylist()]


def statement(*parts: str, values: tuple[BoundValue, ...] = (), comment: str = "") -> Statement:
    """Placeholders stand between the parts, one for each value."""
    return Statement(parts, tuple(range(len(parts) - 1)), values, comment)


def text(value: str | None) -> BoundValue:
    return BoundValue(ValueKind.TEXT, value)


def read(connector: Connector, *parts: str, limits: Limits = LIMITS, **more: Any) -> Read:
    """Raises ConnectorError."""
    with connector.execute(statement(*parts, **more), limits) as execution:
        batches = list(execution.batches())
        return Read(execution.columns, batches, execution.truncated_by)


def printed_by_server(url: str, sql: str) -> list[tuple[str | None, ...]]:
    """Every value as the type's output function prints it, that is, as psql shows it."""
    with psycopg.connect(url, options="-c timezone=UTC -c extra_float_digits=1") as connection:
        result = connection.pgconn.exec_params(sql.encode(), None)
        assert result.ntuples >= 0 and not result.error_message, result.error_message
        return [
            tuple(
                None if (v := result.get_value(row, i)) is None else v.decode() for i in range(result.nfields)
            )
            for row in range(result.ntuples)
        ]


def same(value: Any, shown: str | None, type_: pa.DataType) -> bool:
    """Whether a value of an Arrow column is exactly what the server printed."""
    if value is None or shown is None:
        return value is None and shown is None
    if pa.types.is_floating(type_):
        return pa.scalar(float(shown), pa.float64()).cast(type_) == pa.scalar(value, type_) or (
            shown == "NaN" and value != value
        )
    return printed(value, type_) == shown


def printed(value: Any, type_: pa.DataType) -> str:
    if pa.types.is_boolean(type_):
        return "t" if value else "f"
    if pa.types.is_binary(type_):
        return "\\x" + value.hex()
    if pa.types.is_decimal(type_):
        return format(value, "f")
    if pa.types.is_date(type_):
        return value.isoformat().rjust(10, "0")
    if pa.types.is_timestamp(type_):
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=value)
        shown = f"{moment.year:04}-{moment:%m-%d %H:%M:%S}"
        shown += f".{moment.microsecond:06}".rstrip("0") if moment.microsecond else ""
        return shown + ("+00" if type_.tz else "")
    return str(value)


def values_of(array: pa.Array) -> list[Any]:
    """Timestamps as microseconds since 1970, all else as Python's own values."""
    return (array.cast(pa.int64()) if pa.types.is_timestamp(array.type) else array).to_pylist()
