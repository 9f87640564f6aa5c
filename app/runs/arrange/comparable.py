"""A column whose chunks may differ in type, as one array that sorts and compares exactly.

Decimals compare as decimals, times by instant, texts by code point (the order of their UTF-8 bytes), false
before true. What Arrow's type cannot hold stands outside of it: -infinity below everything, infinity above
everything, NaN above that, as Postgres has it. Numbers of more digits than Arrow knows, and years before 1 or
after 9999, are ranked one by one: as exact, slower.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from app.datasources.connectors.base import ColumnKind

WIDE_DECIMAL = pa.decimal256(76, 38)
OUTSIDE = {"-Infinity": -1, "-infinity": -1, "Infinity": 1, "infinity": 1, "NaN": 2}
_DATE = re.compile(r"(\d+)-(\d\d)-(\d\d)(.*?)(\+00)?( BC)?", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Comparable:
    """`values` is null for NULL and for what is outside; `outside` (int8) is null for NULL, else see OUTSIDE.

    Without `outside` nothing stands there. With `ranked`, the values are places in that sorted list of keys.
    """

    values: pa.ChunkedArray
    outside: pa.ChunkedArray | None = None
    ranked: Sequence[Any] | None = None

    def combined(self) -> "Comparable":
        """The same in one piece, which sorts faster."""
        outside = self.outside.combine_chunks() if self.outside is not None else None
        return Comparable(self.values.combine_chunks(), outside, self.ranked)


def comparable(chunks: Sequence[pa.Array], kind: ColumnKind) -> Comparable:
    """`chunks` are those of one column of this kind, one at least."""
    types = {chunk.type for chunk in chunks}
    text = any(pa.types.is_string(each) for each in types)
    if text and kind in _PARSED:
        return _parsed([_as_text(chunk) for chunk in chunks], *_PARSED[kind])
    if len(types) > 1:
        return Comparable(pa.chunked_array([_as_text(chunk) for chunk in chunks]))
    values = pa.chunked_array(chunks)
    if pa.types.is_floating(values.type):
        finite = pc.is_finite(values)
        if not pc.all(finite).as_py():
            infinite = pc.if_else(pc.greater(values, 0), OUTSIDE["Infinity"], OUTSIDE["-Infinity"])
            odd = pc.if_else(pc.is_nan(values), OUTSIDE["NaN"], infinite)
            return Comparable(pc.if_else(finite, values, None), pc.if_else(finite, 0, odd).cast(pa.int8()))
    return Comparable(values)


def decimal_key(text: str) -> Any:
    return Decimal(text)


def moment_key(text: str) -> Any:
    """Sorts dates and time stamps of any year, as Postgres prints them in UTC."""
    found = _DATE.fullmatch(text)
    if found is None:
        return (0, 0, 0, text)
    year, month, day, rest, _, bc = found.groups()
    return (1 - int(year) if bc else int(year), int(month), int(day), rest)


def place_of(key: Any, ranked: Sequence[Any]) -> tuple[int, bool]:
    """Where a key belongs among the ranked ones, and whether it is one of them."""
    place = bisect_left(ranked, key)
    return place, place < len(ranked) and ranked[place] == key


def _parsed(
    chunks: list[pa.Array], parse: Callable[[pa.ChunkedArray], pa.ChunkedArray], key: Callable[[str], Any]
) -> Comparable:
    text = pa.chunked_array(chunks, pa.string())
    special = pc.is_in(text, pa.array(list(OUTSIDE)))
    outside = None
    if pc.any(special).as_py():
        place = pc.index_in(text, pa.array(list(OUTSIDE)))
        outside = pc.fill_null(pa.array(list(OUTSIDE.values()), pa.int8()).take(place), 0)
        outside = pc.if_else(pc.is_null(text), pa.scalar(None, pa.int8()), outside)
        text = pc.if_else(special, None, text)
    try:
        return Comparable(parse(text), outside)
    except pa.ArrowInvalid:
        return _ranks(text, outside, key)


def _ranks(text: pa.ChunkedArray, outside: pa.ChunkedArray | None, key: Callable[[str], Any]) -> Comparable:
    coded = text.combine_chunks().dictionary_encode()
    keys = [key(each) for each in coded.dictionary.to_pylist()]
    ranked = sorted(set(keys))
    rank_of = {each: rank for rank, each in enumerate(ranked)}
    ranks = pa.array([rank_of[each] for each in keys], pa.int32())
    return Comparable(pa.chunked_array([ranks.take(coded.indices)]), outside, ranked)


def _as_text(chunk: pa.Array) -> pa.Array:
    return chunk if pa.types.is_string(chunk.type) else printed(chunk)


def printed(chunk: pa.Array | pa.ChunkedArray) -> Any:
    """Values as the grid shows them, except for the zone, which is always UTC."""
    kind = chunk.type
    if pa.types.is_timestamp(kind):
        local = chunk.cast(pa.timestamp("us"))
        try:
            return local.cast(pa.timestamp("s")).cast(pa.string())
        except pa.ArrowInvalid:
            return pc.replace_substring_regex(local.cast(pa.string()), r"\.?0*$", "")
    if pa.types.is_binary(kind):
        return pa.array([None if v is None else "\\x" + v.hex() for v in chunk.to_pylist()], pa.string())
    text = chunk.cast(pa.string())
    if pa.types.is_floating(kind) and not pc.all(pc.is_finite(chunk)).as_py():
        for arrows, ours in (("nan", "NaN"), ("inf", "Infinity"), ("-inf", "-Infinity")):
            text = pc.if_else(pc.equal(text, arrows), ours, text)
    return text


def _decimals(text: pa.ChunkedArray) -> pa.ChunkedArray:
    return text.cast(WIDE_DECIMAL)


def _days(text: pa.ChunkedArray) -> pa.ChunkedArray:
    return text.cast(pa.date32())


def _moments(text: pa.ChunkedArray) -> pa.ChunkedArray:
    """Without its zone, which is UTC in every value of a column or in none."""
    return pc.replace_substring_regex(text, r"\+00$", "").cast(pa.timestamp("us"))


_PARSED = {
    ColumnKind.DECIMAL: (_decimals, decimal_key),
    ColumnKind.DATE: (_days, moment_key),
    ColumnKind.TIMESTAMP: (_moments, moment_key),
}
