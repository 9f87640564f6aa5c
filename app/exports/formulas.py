"""Text that a spreadsheet would run. The rule is in docs/exports.md.

https://owasp.org/www-community/attacks/CSV_Injection has the characters that begin a formula.
"""

import pyarrow as pa
import pyarrow.compute as pc

from app.datasources.connectors.base import ColumnKind
from app.exports.printed import raw_bytes
from app.runs.models import ResultColumn

_SUSPECTS = b"=+-@\t\r\n"
_BEGINNING = r"^[=+\-@\t\r\n]"
_PLAIN_NUMBER = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$"
_HARMLESS = frozenset(
    {
        ColumnKind.INTEGER,
        ColumnKind.FLOAT,
        ColumnKind.DECIMAL,
        ColumnKind.BOOLEAN,
        ColumnKind.DATE,
        ColumnKind.TIMESTAMP,
        ColumnKind.TIME,
        ColumnKind.BINARY,
    }
)


def may_hold_formulas(column: ResultColumn) -> bool:
    """Whether somebody else chose the column's characters: it is no number, no time and no interval."""
    return ColumnKind(column.kind) not in _HARMLESS and not column.type.startswith("interval")


def formulas(text: pa.Array) -> pa.Array | None:
    """A mask of the values that a spreadsheet would run, false for NULL; None when there is none."""
    raw = raw_bytes(text)
    if len(raw.translate(None, _SUSPECTS)) == len(raw):
        return None
    found = pc.fill_null(pc.match_substring_regex(text, _BEGINNING), False)
    if not found.true_count:
        return None
    found = pc.and_not(found, pc.fill_null(pc.match_substring_regex(text, _PLAIN_NUMBER), False))
    return found if found.true_count else None


def defused(text: pa.Array) -> pa.Array:
    """The same values, an apostrophe before each formula."""
    found = formulas(text)
    return text if found is None else pc.if_else(found, pc.binary_join_element_wise("'", text, ""), text)
