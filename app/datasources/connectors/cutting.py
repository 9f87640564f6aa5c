"""Cuts a stream of Arrow batches into ours: about 1 MB or 10,000 rows each, and the whole at its limits.

For connectors whose source speaks Arrow. Bytes are those of Arrow's buffers as every connector counts them:
widths of fixed types, values and four bytes of offset of the others.
"""

from collections.abc import Iterator
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from app.datasources.connectors.base import Limits

BATCH_BYTES = 1_000_000
BATCH_ROWS = 10_000
_OFFSET_WIDTH = 4


class Cutter:
    """Fed batches in order, gives them in our size, columns `c0..cN`. Holds about one of each."""

    def __init__(self, limits: Limits) -> None:
        self.truncated_by: Literal["rows", "bytes"] | None = None
        self._rows_left = limits.max_rows
        self._bytes_left = limits.max_bytes
        self._held: list[pa.RecordBatch] = []
        self._held_rows = 0
        self._held_bytes = 0

    def feed(self, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        """Batches that became full. At a limit `truncated_by` is set and the rest is not looked at."""
        ends = _ends(batch)
        first = taken = 0
        while first < batch.num_rows and self.truncated_by is None:
            if self._rows_left == 0:
                self.truncated_by = "rows"
                return
            room = min(BATCH_ROWS - self._held_rows, self._rows_left)
            end = min(first + room, _rows_within(ends, taken + BATCH_BYTES - self._held_bytes))
            if end <= first and self._held:
                yield self.flush()
                continue
            end = max(end, first + 1)  # a row that is wider than a batch is one
            if ends[end - 1].as_py() - taken > self._bytes_left:
                end = _rows_within(ends, taken + self._bytes_left)
                self.truncated_by = "bytes"
            if end > first:
                self._hold(batch.slice(first, end - first), ends[end - 1].as_py() - taken)
                first, taken = end, ends[end - 1].as_py()

    def finish(self) -> Iterator[pa.RecordBatch]:
        """What is left at the end."""
        if self._held:
            yield self.flush()

    def flush(self) -> pa.RecordBatch:
        whole = pa.concat_batches(self._held)
        self._held, self._held_rows, self._held_bytes = [], 0, 0
        return pa.RecordBatch.from_arrays(whole.columns, [f"c{i}" for i in range(whole.num_columns)])

    def _hold(self, part: pa.RecordBatch, size: int) -> None:
        self._held.append(part)
        self._held_rows, self._held_bytes = self._held_rows + part.num_rows, self._held_bytes + size
        self._rows_left, self._bytes_left = self._rows_left - part.num_rows, self._bytes_left - size


def _ends(batch: pa.RecordBatch) -> pa.Array:
    """The bytes of the rows up to and including each."""
    fixed = 0
    sizes = pa.repeat(pa.scalar(0, pa.int64()), batch.num_rows)
    for column in batch.columns:
        if pa.types.is_string(column.type) or pa.types.is_binary(column.type):
            fixed += _OFFSET_WIDTH
            lengths = pc.fill_null(pc.binary_length(column), 0)
            sizes = pc.add(sizes, lengths.cast(pa.int64()))
        else:
            fixed += max(1, column.type.bit_width // 8)
    return pc.cumulative_sum(pc.add(sizes, fixed))


def _rows_within(ends: pa.Array, budget: int) -> int:
    """How many rows from the first of the batch end within `budget` bytes."""
    return int(pc.sum(pc.less_equal(ends, budget)).as_py() or 0)
