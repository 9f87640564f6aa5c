"""A column as text: what Postgres prints in UTC, digit for digit, so that every door says the same."""

import pyarrow as pa
import pyarrow.compute as pc

_ODD_FLOATS = (("nan", "NaN"), ("inf", "Infinity"), ("-inf", "-Infinity"))
_PLAIN_SCALE = 6  # Arrow writes smaller decimals with an exponent


def printed(column: pa.Array) -> pa.Array:
    """The values as `pa.string()`, NULL for NULL. Booleans as true and false, bytes `\\x` and hex digits."""
    kind = column.type
    if pa.types.is_string(kind):
        return column
    if pa.types.is_timestamp(kind):
        return _moments(column)
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return pa.array([None if v is None else "\\x" + v.hex() for v in column.to_pylist()], pa.string())
    if pa.types.is_decimal(kind) and kind.scale > _PLAIN_SCALE:
        return pa.array([None if v is None else format(v, "f") for v in column.to_pylist()], pa.string())
    text = column.cast(pa.string())
    if pa.types.is_floating(kind) and not pc.all(pc.is_finite(column)).as_py():
        for arrows, ours in _ODD_FLOATS:
            text = pc.if_else(pc.equal(text, arrows), ours, text)
    return text


def is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def raw_bytes(text: pa.Array) -> bytes:
    """The bytes of all values, one after the other: to look quickly for a character that needs care."""
    _, offsets, data = text.buffers()
    if not len(text) or data is None:
        return b""
    at = memoryview(offsets).cast("i")
    return bytes(memoryview(data)[at[text.offset] : at[text.offset + len(text)]])


def _moments(column: pa.Array) -> pa.Array:
    local = column.cast(pa.timestamp("us"))
    try:
        text = local.cast(pa.timestamp("s")).cast(pa.string())
    except pa.ArrowInvalid:  # there are fractions of a second
        text = pc.replace_substring_regex(local.cast(pa.string()), r"\.?0*$", "")
    return pc.binary_join_element_wise(text, "+00", "") if column.type.tz else text
