"""Which rows satisfy conditions and hold a searched text."""

import re
from collections.abc import Sequence
from functools import reduce
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from app.core.errors import Invalid
from app.datasources.connectors.base import ColumnKind
from app.runs.arrange.asked import Condition, Op
from app.runs.arrange.comparable import comparable, printed
from app.runs.arrange.compare import Given, Mask, NotComparable, below, given, same
from app.runs.arrange.unpack import Unpacked

NEGATED = {Op.NE: Op.EQ, Op.NOT_IN: Op.IN, Op.NOT_CONTAINS: Op.CONTAINS, Op.NOT_NULL: Op.IS_NULL}
_FOUND_IN = {Op.CONTAINS: pc.match_substring, Op.STARTS_WITH: pc.starts_with, Op.ENDS_WITH: pc.ends_with}
# What a printed value of these kinds can hold; a search for anything else need not look.
_NUMBER = re.compile(r"[\d.e+-]*|[nai]*|-?[infty]*", re.IGNORECASE)
_MOMENT = re.compile(r"[\d:. +-]*|-?[infty]*| ?bc", re.IGNORECASE)
_PRINTABLE = {
    ColumnKind.INTEGER: _NUMBER,
    ColumnKind.FLOAT: _NUMBER,
    ColumnKind.DECIMAL: _NUMBER,
    ColumnKind.DATE: _MOMENT,
    ColumnKind.TIMESTAMP: _MOMENT,
    ColumnKind.BOOLEAN: re.compile("[truefals]*", re.IGNORECASE),
}


def matching(
    unpacked: Unpacked, conditions: Sequence[Condition], search: str, kinds: Sequence[ColumnKind]
) -> Mask | None:
    """True for each row that satisfies all; None when nothing is asked. Raises Invalid at a value."""
    masks = [_satisfied(unpacked.column(each.position), each) for each in conditions]
    if search:
        masks.append(_holding(unpacked, search, kinds))
    return reduce(pc.and_, masks) if masks else None


def _satisfied(chunks: Sequence[pa.Array], condition: Condition) -> Mask:
    """Without NULL: a NULL is nothing but NULL, so it is not equal to any value, nor part of any list."""
    if positive := NEGATED.get(condition.op):
        return pc.invert(pc.fill_null(_said(chunks, condition, positive), False))
    return pc.fill_null(_said(chunks, condition, condition.op), False)


def _said(chunks: Sequence[pa.Array], condition: Condition, op: Op) -> Mask:
    if op is Op.IS_NULL:
        return pa.chunked_array([pc.is_null(chunk) for chunk in chunks], pa.bool_())
    if op in _FOUND_IN:
        return _text_found(chunks, op, str(condition.values[0]))
    column = comparable(chunks, condition.kind)
    try:
        values = [given(column, condition.kind, value) for value in condition.values]
    except NotComparable as error:
        raise Invalid(str(error), fields={f"{condition.at}.value": str(error)}) from None
    return _compared(column, op, values)


def _compared(column: Any, op: Op, values: Sequence[Given]) -> Mask:
    first = values[0]
    match op:
        case Op.EQ | Op.IN:
            return reduce(pc.or_, [same(column, each) for each in values])
        case Op.LT:
            return below(column, first)
        case Op.GE:
            return pc.invert(below(column, first))
        case Op.LE:
            return pc.or_(below(column, first), same(column, first))
        case Op.GT:
            return pc.invert(pc.or_(below(column, first), same(column, first)))
        case Op.BETWEEN:
            last = values[1]
            not_above = pc.or_(below(column, last), same(column, last))
            return pc.and_(pc.invert(below(column, first)), not_above)
    raise AssertionError(op)


def _text_found(chunks: Sequence[pa.Array], op: Op, text: str) -> Mask:
    """In the value as it is shown; upper and lower case are the same."""
    found = [_FOUND_IN[op](_shown(chunk), text, ignore_case=True) for chunk in chunks]
    return pa.chunked_array(found, pa.bool_())


def _holding(unpacked: Unpacked, search: str, kinds: Sequence[ColumnKind]) -> Mask:
    found = None
    for position, kind in enumerate(kinds):
        if kind in _PRINTABLE and not _PRINTABLE[kind].fullmatch(search):
            continue
        mask = pc.fill_null(_text_found(unpacked.column(position), Op.CONTAINS, search), False)
        found = mask if found is None else pc.or_(found, mask)
    if found is None:
        return pa.chunked_array([pa.repeat(False, batch.num_rows) for batch in unpacked.batches], pa.bool_())
    return found


def _shown(chunk: pa.Array) -> pa.Array:
    return chunk if pa.types.is_string(chunk.type) else printed(chunk)
