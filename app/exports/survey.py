"""One look over a stored result before its export begins: the types its columns need, its longest text.

A chunk with a value that Arrow cannot hold carries the column as text, so that the first chunk does not tell.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from app.core.aside import aside
from app.evidence.forms import TIMESTAMPTZ, form_of
from app.exports.printed import is_text
from app.exports.source import Work
from app.runs.models import ResultColumn


@dataclass(slots=True)
class Survey:
    """`types` of each column over all chunks; `longest` text in UTF-16 units, and its column's position."""

    types: list[set[pa.DataType]]
    longest: int = 0
    longest_at: int = 0
    measure: bool = field(default=False, repr=False)

    def look(self, work: Work) -> None:
        for place, column in enumerate(work().columns):
            self.types[place].add(column.type)
            if self.measure:
                self._measure(place, column)

    def _measure(self, place: int, column: pa.Array) -> None:
        if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
            length = 2 * (pc.max(pc.binary_length(column)).as_py() or 0) + 2  # \\x and two digits a byte
        elif not is_text(column.type) or (pc.max(pc.binary_length(column)).as_py() or 0) <= self.longest:
            return  # a character takes a byte at least
        else:
            length = max(utf16_length(value) for value in column.to_pylist() if value is not None)
        if length > self.longest:
            self.longest, self.longest_at = length, place


def utf16_length(text: str) -> int:
    """As Excel and JavaScript count characters."""
    return len(text) + sum(character > "\uffff" for character in text)


def survey(batches: Iterable[Work], columns: Sequence[ResultColumn], *, measure: bool) -> Survey:
    """Every batch is looked at once, aside. Raises what reading a result raises."""
    found = Survey([set() for _ in columns], measure=measure)
    for work in batches:
        aside(partial(found.look, work)).result()
    return found


def one_type(column: ResultColumn, types: set[pa.DataType]) -> pa.DataType:
    """The type that holds them all; of a result without rows the one that its kind has."""
    if len(types) == 1:
        return next(iter(types))
    if types:
        return pa.string()
    form = form_of(column)
    return pa.timestamp("us", "UTC") if form is TIMESTAMPTZ else form.read or form.arrow
