"""Compare two results of the same columns while both stream by: bounded memory, whatever their size."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from app.evidence.forms import Described, form_of
from app.runs.cells import exact
from app.runs.compare.values import Plain, packed, plain, unlike

LONGEST_VALUE = 500  # characters that are shown


@dataclass(frozen=True, slots=True)
class First:
    """The first place that differs, from 0. `column` is None when only one of both has the row."""

    row: int
    column: int | None = None
    value: str | None = None
    other: str | None = None


@dataclass(frozen=True, slots=True)
class Differences:
    """Rows are compared place by place; `reordered` says that both have the same rows all the same.

    `rows` are how many each has.
    """

    rows: tuple[int, int]
    differing_rows: int
    columns: tuple[int, ...]
    first: First | None
    reordered: bool


def find_differences(
    columns: Sequence[Described], ones: Iterable[pa.RecordBatch], twos: Iterable[pa.RecordBatch]
) -> Differences:
    """Raises Unhashable for a column in an unexpected Arrow type."""
    forms = [form_of(column) for column in columns]
    rows, differing, balance = [0, 0], 0, 0
    first: First | None = None
    touched: set[int] = set()
    for one, two in _side_by_side(ones, twos):
        begin = max(rows)
        for side, part in enumerate((one, two)):
            rows[side] += part.num_rows if part is not None else 0
        if one is None or two is None:
            differing += max(rows) - begin
            first = first or First(begin)
            continue
        sides = [[plain(*pair) for pair in zip(part.columns, forms, strict=True)] for part in (one, two)]
        flags = [unlike(*pair) for pair in zip(*sides, strict=True)]
        here = [position for position, flag in enumerate(flags) if flag.true_count]
        if not here:
            continue
        rows_here = flags[here[0]]
        for position in here[1:]:
            rows_here = pc.or_(rows_here, flags[position])
        differing += rows_here.true_count
        touched.update(here)
        first = first or _first(begin, rows_here, here, flags, one, two)
        # Rows that are alike would cancel out: the sums differ exactly when the sums of all rows do.
        balance += _sum(sides[0], rows_here) - _sum(sides[1], rows_here)
    reordered = bool(differing) and rows[0] == rows[1] and balance == 0
    return Differences((rows[0], rows[1]), differing, tuple(sorted(touched)), first, reordered)


def _side_by_side(
    ones: Iterable[pa.RecordBatch], twos: Iterable[pa.RecordBatch]
) -> Iterator[tuple[pa.RecordBatch | None, pa.RecordBatch | None]]:
    """Stretches of equal length, however both are cut; at the end what only one of them has."""
    streams = [(batch for batch in batches if batch.num_rows) for batches in (ones, twos)]
    left: list[Any] = [next(stream, None) for stream in streams]
    while left[0] is not None or left[1] is not None:
        if left[0] is None or left[1] is None:
            yield left[0], left[1]
            left = [None if part is None else next(streams[side], None) for side, part in enumerate(left)]
            continue
        length = min(part.num_rows for part in left)
        yield left[0].slice(0, length), left[1].slice(0, length)
        left = [
            part.slice(length) if part.num_rows > length else next(streams[side], None)
            for side, part in enumerate(left)
        ]


def _first(
    begin: int,
    rows: pa.Array,
    touched: Sequence[int],
    flags: Sequence[pa.Array],
    one: pa.RecordBatch,
    two: pa.RecordBatch,
) -> First:
    row = pc.index(rows, True).as_py()
    column = next(position for position in touched if flags[position][row].as_py())
    value, other = (_shown(exact(part.column(column).slice(row, 1))[0]) for part in (one, two))
    return First(begin + row, column, value, other)


def _shown(value: Any) -> str | None:
    if value is None:
        return None
    return ("true" if value else "false") if isinstance(value, bool) else str(value)[:LONGEST_VALUE]


def _sum(columns: Sequence[Plain], chosen: pa.Array) -> int:
    """A sum over the chosen rows that does not depend on their order."""
    parts = [each for column in columns for each in reversed(packed(column, chosen))]
    joined = pc.binary_join_element_wise(*parts, b"")
    return sum(int.from_bytes(blake2b(row, digest_size=16).digest(), "little") for row in joined.to_pylist())
