"""A column as Excel's cells: numbers, dates and booleans where Excel holds them exactly, else text.

Excel keeps 15 digits of a number, days since 1900, and milliseconds.
"""

import pyarrow as pa
import pyarrow.compute as pc

from app.datasources.connectors.base import ColumnKind
from app.exports.formulas import formulas, may_hold_formulas
from app.exports.printed import is_text, printed
from app.exports.xlsx.escape import escaped
from app.exports.xlsx.styles import SCALES, STYLE
from app.runs.models import ResultColumn

EMPTY = "<c/>"
DIGITS = 15
_TO_1970 = 25_569  # from Excel's day 0
_FIRST_DAY = 61  # 1 March 1900: before, Excel counts a day that never was
_DAY_US = 86_400_000_000
_NUMBER = r"^-?[0-9]+(\.[0-9]+)?$"


def cells(column: pa.Array, of: ResultColumn) -> pa.Array:
    """One `<c>` for each value, `EMPTY` for NULL."""
    kind = column.type
    if pa.types.is_boolean(kind):
        shown = pc.if_else(column, '<c t="b"><v>1</v></c>', '<c t="b"><v>0</v></c>')
    elif pa.types.is_integer(kind):
        wide = column.cast(pa.int64())
        exact = pc.and_(pc.less(wide, 10**DIGITS), pc.greater(wide, -(10**DIGITS)))
        shown = _either(exact, _numbers(printed(column)), column)
    elif pa.types.is_floating(kind):
        shown = _either(pc.is_finite(column), _numbers(printed(column)), column)
    elif pa.types.is_decimal(kind):
        text = printed(column)
        style = f"decimal_{kind.scale}" if kind.scale in SCALES else "plain"
        shown = _either(_few_digits(text), _numbers(text, style), column)
    elif pa.types.is_date32(kind):
        day = pc.add(column.cast(pa.int32()), _TO_1970)
        shown = _either(pc.greater_equal(day, _FIRST_DAY), _numbers(day.cast(pa.string()), "date"), column)
    elif pa.types.is_timestamp(kind):
        shown = _moments(column)
    elif is_text(kind) and ColumnKind(of.kind) is ColumnKind.DECIMAL:
        text = printed(column)
        plain = pc.and_(pc.match_substring_regex(text, _NUMBER), _few_digits(text))
        shown = _either(plain, _numbers(text), column)
    else:
        shown = text_cells(printed(column), may_hold_formulas(of))
    return pc.fill_null(shown, EMPTY)


def text_cells(text: pa.Array, may_be_formulas: bool = False, style: str = "plain") -> pa.Array:
    """Inline text, which Excel never runs; NULL stays."""
    begin: pa.Array | str = _begin_text(style)
    dangerous = formulas(text) if may_be_formulas else None
    if dangerous is not None:
        begin = pc.if_else(dangerous, _begin_text("formula"), begin)
    return pc.binary_join_element_wise(begin, escaped(text), "</t></is></c>", "")


def _begin_text(style: str) -> str:
    return f'<c{_styled(style)} t="inlineStr"><is><t xml:space="preserve">'


def _styled(style: str) -> str:
    return f' s="{STYLE[style]}"' if STYLE[style] else ""


def _numbers(text: pa.Array, style: str = "plain") -> pa.Array:
    return pc.binary_join_element_wise(f"<c{_styled(style)}><v>", text, "</v></c>", "")


def _either(exact: pa.Array, shown: pa.Array, column: pa.Array) -> pa.Array:
    """Numbers where they are exact, text elsewhere."""
    if exact.false_count == 0:
        return shown
    return pc.if_else(exact, shown, text_cells(printed(column)))


def _few_digits(text: pa.Array) -> pa.Array:
    digits = pc.utf8_ltrim(pc.replace_substring_regex(text, "[-.]", ""), "0")
    return pc.less_equal(pc.binary_length(digits), DIGITS)


def _moments(column: pa.Array) -> pa.Array:
    micros = column.cast(pa.timestamp("us")).cast(pa.int64())
    milliseconds = pc.divide(micros, 1000)
    exact = pc.and_(
        pc.equal(pc.multiply(milliseconds, 1000), micros),
        pc.greater_equal(micros, (_FIRST_DAY - _TO_1970) * _DAY_US),
    )
    whole = pc.equal(pc.multiply(pc.divide(micros, 1_000_000), 1_000_000), micros)
    style = "utc" if column.type.tz else "moment"
    serial = pc.add(pc.divide(micros.cast(pa.float64()), float(_DAY_US)), float(_TO_1970))
    shown = _numbers(serial.cast(pa.string()), style if whole.false_count == 0 else f"{style}_ms")
    return _either(exact, shown, column)
