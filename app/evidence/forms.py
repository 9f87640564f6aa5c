"""The canonical form of each value of a result, as docs/evidence.md defines them.

A column has one form, by its kind and the source's word for its type, whatever Arrow type carries it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc


class Described(Protocol):
    """What the hash must know of a column: its name, the source's word for its type, and its kind."""

    @property
    def name(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def kind(self) -> str: ...


class Unhashable(TypeError):
    """A batch carries a column in an Arrow type that its form does not know."""


@dataclass(frozen=True, slots=True)
class Form:
    """How values become bytes.

    `arrow` is the type whose buffer holds the canonical bytes; `fixed` says that all values are equally long.
    `same` are further types whose buffer holds the same bytes, so that nothing need be converted.
    Text is taken for such a value when it matches `text`, has none of the `but` beginnings, and can be read
    as `read`; other text is an exception and is hashed as it is.
    """

    name: str
    arrow: pa.DataType
    fixed: bool = True
    accepts: tuple[Callable[[pa.DataType], bool], ...] = ()
    text: str = ""
    but: str = ""
    read: pa.DataType | None = None
    same: tuple[pa.DataType, ...] = ()


TEXT = Form("text", pa.string(), fixed=False, same=(pa.large_string(),))
BINARY = Form("binary", pa.binary(), fixed=False, same=(pa.large_binary(),))
BOOLEAN = Form("boolean", pa.uint8(), accepts=(pa.types.is_boolean,), text="true|false", read=pa.bool_())
INTEGER = Form(
    "integer", pa.int64(), accepts=(pa.types.is_integer,), text="0|-?[1-9][0-9]{0,18}", read=pa.int64()
)
FLOAT = Form("float", pa.float64(), accepts=(pa.types.is_floating,), text=".+", read=pa.float64())
REAL = Form("float", pa.float64(), accepts=(pa.types.is_floating,), text=".+", read=pa.float32())
DATE = Form(
    "date",
    pa.int32(),
    accepts=(pa.types.is_date32,),
    text="[0-9]{4}-[0-9]{2}-[0-9]{2}",
    but="0000",
    read=pa.date32(),
    same=(pa.date32(),),
)
_MOMENT = r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{0,5}[1-9])?"
TIMESTAMP = Form(
    "timestamp",
    pa.int64(),
    accepts=(pa.types.is_timestamp,),
    text=_MOMENT,
    but="0000",
    read=pa.timestamp("us"),
    same=(pa.timestamp("us"), pa.timestamp("us", "UTC")),
)
TIMESTAMPTZ = Form(
    "timestamp",
    pa.int64(),
    accepts=(pa.types.is_timestamp,),
    text=_MOMENT + r"\+00",
    but="0000",
    read=pa.timestamp("us"),
    same=(pa.timestamp("us"), pa.timestamp("us", "UTC")),
)

_DECIMAL = re.compile(r"\w+\((\d+), ?(\d+)\)")
_REAL = {"real", "float4"}
_ZONED = ("with time zone", "timestamptz")


def form_of(column: Described) -> Form:
    """The form of a column; one of a kind without a form of its own is text."""
    word = column.type.lower()
    match str(column.kind):
        case "boolean":
            return BOOLEAN
        case "integer":
            return INTEGER
        case "float":
            return REAL if word in _REAL else FLOAT
        case "date":
            return DATE
        case "timestamp":
            return TIMESTAMPTZ if any(zoned in word for zoned in _ZONED) else TIMESTAMP
        case "binary":
            return BINARY
        case "decimal" if found := _DECIMAL.fullmatch(word):
            precision, scale = int(found[1]), int(found[2])
            if 1 <= precision <= 38 and scale <= precision:
                return decimal(precision, scale)
    return TEXT


def decimal(precision: int, scale: int) -> Form:
    """Of numbers with so many digits in all, and so many of them after the point."""
    whole = f"(0|[1-9][0-9]{{0,{precision - scale - 1}}})" if precision > scale else "0"
    return Form(
        "decimal",
        pa.decimal128(38, scale),
        accepts=(pa.types.is_decimal,),
        text=f"-?{whole}" + (rf"\.[0-9]{{{scale}}}" if scale else ""),
        read=pa.decimal128(38, scale),
    )


@dataclass(frozen=True, slots=True)
class Written:
    """Values without NULLs: `ordinary` in the form's Arrow type, and (index, text) of the exceptions."""

    ordinary: pa.Array
    exceptions: list[tuple[int, bytes]]


def write(values: pa.Array, form: Form) -> Written:
    """The canonical values of an array that holds no NULL. Raises Unhashable."""
    kind = values.type
    if kind == form.arrow or kind in form.same:
        return Written(values if kind != pa.float64() else _one_nan(values), [])
    if any(accepts(kind) for accepts in form.accepts):
        return Written(_cast(values, form), [])
    if form.fixed and (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        return _from_text(values, form)
    raise Unhashable(f"The form {form.name} has no rule for Arrow's {kind}.")


def _cast(values: pa.Array, form: Form) -> pa.Array:
    kind = values.type
    try:
        if pa.types.is_floating(kind):
            return _one_nan(values.cast(pa.float64()))
        if pa.types.is_timestamp(kind) and kind.unit != "us":
            values = values.cast(pa.timestamp("us", kind.tz))
        if pa.types.is_decimal(kind) and kind.scale == form.arrow.scale and pa.types.is_decimal128(kind):
            return values  # the precision changes no byte
        return values.cast(form.arrow)
    except pa.ArrowInvalid as error:
        raise Unhashable(f"The form {form.name} has no place for a value: {error}") from None


def _one_nan(values: pa.Array) -> pa.Array:
    strange = pc.is_nan(values)
    return pc.if_else(strange, float("nan"), values) if strange.true_count else values


def _from_text(texts: pa.Array, form: Form) -> Written:
    """What reads as an ordinary value is one; the rest stays text. Either is decided for each value alone."""
    fits = pc.match_substring_regex(texts, f"^(?:{form.text})$")
    if form.but:
        fits = pc.and_(fits, pc.invert(pc.starts_with(texts, form.but)))
    if form.name == "decimal":
        fits = pc.and_(fits, pc.invert(pc.match_substring_regex(texts, "^-[0.]*$")))
    try:
        ordinary = _read(texts.filter(fits), form)
    except pa.ArrowInvalid:
        fits = pc.and_(fits, pa.array([_reads(texts.slice(i, 1), form) for i in range(len(texts))]))
        ordinary = _read(texts.filter(fits), form)
    odd = pc.indices_nonzero(pc.invert(fits)).to_pylist()
    return Written(ordinary, [(i, texts[i].as_py().encode()) for i in odd])


def _read(texts: pa.Array, form: Form) -> pa.Array:
    if form is TIMESTAMPTZ:
        texts = pc.utf8_slice_codeunits(texts, 0, -3)
    return _cast(texts.cast(form.read), form)


def _reads(text: pa.Array, form: Form) -> bool:
    try:
        _read(text, form)
    except pa.ArrowInvalid:
        return False
    return True
