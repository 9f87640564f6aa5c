"""Rows as JSON values, with long cells cut: a grid shows a line of each, and a value may be a megabyte."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from app.core.errors import Invalid
from app.runs.cells import exact

SHORTEST, LONGEST = 100, 1_000_000  # characters that may be asked for


@dataclass(slots=True)
class Rows:
    """`cut` has [row, column, full length] of each value that is only its beginning, counted from 0."""

    rows: list[list[Any]] = field(default_factory=list)
    cut: list[list[int]] = field(default_factory=list)


def rows_of(batches: Iterable[pa.RecordBatch], longest: int | None = None) -> Rows:
    """All rows of these batches (`cells.exact`), texts and bytes up to `longest` characters."""
    found = Rows()
    for batch in batches:
        columns = []
        for position, column in enumerate(batch.columns):
            kept, lengths = _beginning(column, longest) if longest else (column, [])
            found.cut += [[len(found.rows) + row, position, length] for row, length in lengths]
            columns.append(exact(kept))
        found.rows.extend(map(list, zip(*columns, strict=True)))
    return found


def check_longest(longest: int) -> int | None:
    """None for 0, which cuts nothing. Raises Invalid."""
    if longest and not SHORTEST <= longest <= LONGEST:
        raise Invalid(fields={"cell_characters": f"Use {SHORTEST:,} to {LONGEST:,}, or 0 for whole cells."})
    return longest or None


def _beginning(column: pa.Array, longest: int) -> tuple[pa.Array, list[tuple[int, int]]]:
    kind = column.type
    if pa.types.is_string(kind):
        lengths, begin = pc.utf8_length(column), pc.utf8_slice_codeunits
    elif pa.types.is_binary(kind):
        longest //= 2  # a byte is two characters
        lengths, begin = pc.binary_length(column), pc.binary_slice
    else:
        return column, []
    if (pc.max(lengths).as_py() or 0) <= longest:
        return column, []
    full = pc.add(pc.multiply(lengths, 2), 2) if pa.types.is_binary(kind) else lengths
    rows = pc.indices_nonzero(pc.greater(lengths, longest))
    return begin(column, 0, longest), list(zip(rows.to_pylist(), full.take(rows).to_pylist(), strict=True))
