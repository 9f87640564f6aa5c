"""Columns of a chunk as JSON: exact for people and programs, or as plain numbers for charts.

Exact: null; true and false; integers as numbers, beyond 2^53 as strings, because browsers round them; floats
as numbers, `NaN`, `Infinity` and `-Infinity` as strings; decimals as strings, so that no digit is lost;
everything else as the text that Postgres prints (ISO dates, time stamps with offset, bytea as `\\x...`).
"""

import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from app.datasources.connectors.base import ColumnKind

EXACT_INTEGER = 2**53
DAY_MS = 86_400_000


def exact(column: pa.Array) -> list[Any]:
    """The values for a grid or a program, as described above."""
    return _writer(column.type)(column)


def numeric(column: pa.Array, column_kind: ColumnKind) -> list[Any]:
    """The values for a chart: numbers, epoch milliseconds in UTC, or text.

    What has no place on an axis is null: NaN, infinities, dates outside the years 1 to 9999.
    """
    kind = column.type
    if pa.types.is_string(kind) and column_kind in _FROM_TEXT:
        return [_number(text, _FROM_TEXT[column_kind]) for text in column.to_pylist()]
    if pa.types.is_date32(kind):
        return [None if day is None else day * DAY_MS for day in column.cast(pa.int32()).to_pylist()]
    if pa.types.is_timestamp(kind):
        micros = column.cast(pa.timestamp("us", kind.tz)).cast(pa.int64())
        return list(pc.divide(micros, 1000).to_pylist())
    if pa.types.is_decimal(kind):
        return _finite(column.cast(pa.float64()))
    if pa.types.is_floating(kind):
        return _finite(column)
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        return list(column.to_pylist())
    return exact(column)


def _moment_ms(text: str) -> float:
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000


_FROM_TEXT: dict[ColumnKind, Callable[[str], float]] = {
    ColumnKind.DECIMAL: float,
    ColumnKind.DATE: _moment_ms,
    ColumnKind.TIMESTAMP: _moment_ms,
}


def _number(text: str | None, parse: Callable[[str], float]) -> float | None:
    try:
        value = None if text is None else parse(text)
    except (ValueError, OverflowError):
        return None
    return value if value is not None and math.isfinite(value) else None


def _finite(column: pa.Array) -> list[Any]:
    return [value if value is None or math.isfinite(value) else None for value in column.to_pylist()]


def _writer(kind: pa.DataType) -> Callable[[pa.Array], list[Any]]:
    if pa.types.is_integer(kind):
        return _integers
    if pa.types.is_floating(kind):
        return _floats
    if pa.types.is_date32(kind):
        return _dates
    if pa.types.is_timestamp(kind):
        return _timestamps
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return _binaries
    if pa.types.is_decimal(kind):
        return _decimals
    return _plain


def _plain(column: pa.Array) -> list[Any]:
    return list(column.to_pylist())


def _integers(column: pa.Array) -> list[Any]:
    return [v if v is None or -EXACT_INTEGER <= v <= EXACT_INTEGER else str(v) for v in column.to_pylist()]


def _floats(column: pa.Array) -> list[Any]:
    if column.type.bit_width == 32:
        # The shortest text that gives the same float4, as Postgres prints it; not its widening to float8.
        return [None if t is None else _float(float(t)) for t in column.cast(pa.string()).to_pylist()]
    return [None if v is None else _float(v) for v in column.to_pylist()]


def _float(value: float) -> float | str:
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _dates(column: pa.Array) -> list[Any]:
    return [None if v is None else v.isoformat() for v in column.to_pylist()]


def _timestamps(column: pa.Array) -> list[Any]:
    zone = "+00" if column.type.tz else ""
    return [
        None if v is None else _trimmed(v.astimezone(UTC) if v.tzinfo else v) + zone
        for v in column.to_pylist()
    ]


def _trimmed(moment: Any) -> str:
    text: str = moment.replace(tzinfo=None).isoformat(sep=" ")
    return text.rstrip("0") if moment.microsecond else text


def _binaries(column: pa.Array) -> list[Any]:
    return [None if v is None else "\\x" + v.hex() for v in column.to_pylist()]


def _decimals(column: pa.Array) -> list[Any]:
    return [None if v is None else format(v, "f") for v in column.to_pylist()]
