"""Postgres' binary forms to Arrow, plainly: used without a compiler, and the compiled decoder's oracle."""

import struct
from collections.abc import Callable, Sequence
from decimal import Context, Decimal
from typing import Any

import pyarrow as pa
from psycopg.pq.abc import PGresult

from app.datasources.connectors.postgres import printed
from app.datasources.connectors.postgres.wires import OFFSET_WIDTH, WIDTHS, Corrupt, Form, Span, Wire

_DAYS_TO_2000 = 10_957  # from Arrow's epoch, 1970
_US_TO_2000 = 946_684_800_000_000
_FIRST_DAY, _LAST_DAY = -719_162, 2_932_896  # years 1 to 9999, in days since 1970
_DAY_US = 86_400_000_000
_EXACT = Context(prec=100)


def decode(spans: Sequence[Span], forms: Sequence[Form]) -> list[pa.Array]:
    """One array a column, of `form.arrow`, or of text where a value does not fit it. Raises Corrupt."""
    return [column(spans, index, form) for index, form in enumerate(forms)]


def cut(result: PGresult, first: int, last: int, budget: int, forms: Sequence[Form]) -> tuple[int, int]:
    """The row, `last` at most, up to which rows from `first` take `budget` bytes or less; what they take.

    Bytes are those of Arrow's buffers: widths of fixed types, values and offsets of the others.
    """
    fixed = sum(WIDTHS[form.wire] or OFFSET_WIDTH for form in forms)
    varying = [index for index, form in enumerate(forms) if not WIDTHS[form.wire]]
    taken = 0
    for row in range(first, last):
        more = fixed + sum(len(result.get_value(row, index) or b"") for index in varying)
        if taken + more > budget:
            return row, taken
        taken += more
    return last, taken


def column(spans: Sequence[Span], index: int, form: Form) -> pa.Array:
    """The array of column `index`; see `decode`."""
    raw = [span.result.get_value(row, index) for span in spans for row in range(span.first, span.end)]
    width = _WIDTHS.get(form.wire)
    for value in raw:
        if value is not None and width is not None and len(value) != width:
            raise Corrupt(f"Column {index} holds a value of {len(value)} bytes where {width} are due.")
    read = _READERS[form.wire]
    try:
        values = [None if value is None else read(value) for value in raw]
        if form.wire in _FITS and not all(value is None or _FITS[form.wire](value, form) for value in values):
            shown = [None if value is None else _PRINTERS[form.wire](value) for value in values]
            return pa.array(shown, pa.string())
    except struct.error as error:
        raise Corrupt(f"Column {index} holds a value that cannot be read: {error}.") from None
    if form.wire is Wire.DECIMAL:
        return pa.array([None if v is None else _decimal(v) for v in values], form.arrow)
    if form.wire is Wire.DATE:
        return _moved(values, _DAYS_TO_2000, pa.int32()).cast(form.arrow)
    if form.wire in (Wire.TIMESTAMP, Wire.TIMESTAMPTZ):
        return _moved(values, _US_TO_2000, pa.int64()).cast(form.arrow)
    return pa.array(values, form.arrow)


def _moved(values: list[int | None], epoch: int, storage: pa.DataType) -> pa.Array:
    return pa.array([None if value is None else value + epoch for value in values], storage)


_Numeric = tuple[tuple[int, ...], int, int, int]


def _numeric(value: bytes) -> _Numeric:
    """digits in base 10,000, weight of the first one, sign, digits shown after the point: numeric_send."""
    count, weight, sign, scale = struct.unpack_from(">HhHH", value)
    if len(value) != 8 + 2 * count:
        raise struct.error("its length is not that of its digits")
    digits = struct.unpack_from(f">{count}H", value, 8)
    if any(digit > 9999 for digit in digits) or sign not in (0, 0x4000, 0xC000, 0xD000, 0xF000):
        raise struct.error("its digits are no digits")
    return digits, weight, sign, scale


def _decimal(value: _Numeric) -> Decimal:
    return Decimal(printed.numeric(*value))


def _numeric_fits(value: _Numeric, form: Form) -> bool:
    if value[2] not in (0, 0x4000) or value[3] != form.scale:
        return False
    return len(_decimal(value).scaleb(form.scale, _EXACT).as_tuple().digits) <= form.precision


def _day_fits(value: int, form: Form) -> bool:
    return _FIRST_DAY <= value + _DAYS_TO_2000 <= _LAST_DAY


def _time_fits(value: int, form: Form) -> bool:
    return _FIRST_DAY <= (value + _US_TO_2000) // _DAY_US <= _LAST_DAY


def _struct(code: str) -> Callable[[bytes], Any]:
    unpack = struct.Struct(code).unpack
    return lambda value: unpack(value)[0]


_WIDTHS = {
    Wire.BOOL: 1,
    Wire.INT2: 2,
    Wire.INT4: 4,
    Wire.INT8: 8,
    Wire.FLOAT4: 4,
    Wire.FLOAT8: 8,
    Wire.DATE: 4,
    Wire.TIMESTAMP: 8,
    Wire.TIMESTAMPTZ: 8,
}
_READERS: dict[Wire, Callable[[bytes], Any]] = {
    Wire.BOOL: lambda value: value != b"\0",
    Wire.INT2: _struct(">h"),
    Wire.INT4: _struct(">i"),
    Wire.INT8: _struct(">q"),
    Wire.FLOAT4: _struct(">f"),
    Wire.FLOAT8: _struct(">d"),
    Wire.DATE: _struct(">i"),
    Wire.TIMESTAMP: _struct(">q"),
    Wire.TIMESTAMPTZ: _struct(">q"),
    Wire.DECIMAL: _numeric,
    Wire.TEXT: lambda value: value.decode("utf-8", "backslashreplace"),  # SQL_ASCII holds any bytes
    Wire.BINARY: lambda value: value,
}
_FITS: dict[Wire, Callable[[Any, Form], bool]] = {
    Wire.DATE: _day_fits,
    Wire.TIMESTAMP: _time_fits,
    Wire.TIMESTAMPTZ: _time_fits,
    Wire.DECIMAL: _numeric_fits,
}
_PRINTERS: dict[Wire, Callable[[Any], str]] = {
    Wire.DATE: printed.date,
    Wire.TIMESTAMP: printed.timestamp,
    Wire.TIMESTAMPTZ: lambda value: printed.timestamp(value, "+00"),
    Wire.DECIMAL: lambda value: printed.numeric(*value),
}
