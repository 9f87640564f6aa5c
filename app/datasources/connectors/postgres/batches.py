"""Cuts a stream of results into batches of about 1 MB or 10,000 rows, and the whole at its limits."""

from collections.abc import Iterator
from typing import Literal

import pyarrow as pa
from psycopg.pq.abc import PGresult

from app.datasources.connectors.base import Limits
from app.datasources.connectors.postgres.decode import cut, decode
from app.datasources.connectors.postgres.wires import Form, Span

BATCH_BYTES = 1_000_000
BATCH_ROWS = 10_000
_ANY_WIDTH = 2**62


class Batcher:
    """Fed results in order, gives batches. Holds about one batch and one result in memory."""

    def __init__(self, forms: tuple[Form, ...], limits: Limits) -> None:
        self.truncated_by: Literal["rows", "bytes"] | None = None
        self.rows = 0
        self.bytes = 0
        self._forms = forms
        self._names = [f"c{i}" for i in range(len(forms))]
        self._limits = limits
        self._spans: list[Span] = []
        self._held_rows = 0
        self._held_bytes = 0

    @property
    def bytes_left(self) -> int:
        return self._limits.max_bytes - self.bytes

    @property
    def holds_rows(self) -> bool:
        return self._held_rows > 0

    def feed(self, result: PGresult) -> Iterator[pa.RecordBatch]:
        """Batches that became full. At a limit `truncated_by` is set and the rest is not looked at."""
        first = 0
        while first < result.ntuples and self.truncated_by is None:
            rows_left = self._limits.max_rows - self.rows
            if rows_left == 0:
                self.truncated_by = "rows"
                return
            last = min(result.ntuples, first + rows_left, first + BATCH_ROWS - self._held_rows)
            end, taken = cut(result, first, last, BATCH_BYTES - self._held_bytes, self._forms)
            if end == first and self._held_rows:
                yield self.flush()
                continue
            if end == first:  # a row that is wider than a batch is one
                end, taken = cut(result, first, first + 1, _ANY_WIDTH, self._forms)
            if taken > self.bytes_left:
                end, taken = cut(result, first, end, self.bytes_left, self._forms)
                self.truncated_by = "bytes"
            self._hold(Span(result, first, end), taken)
            first = end

    def flush(self) -> pa.RecordBatch:
        """What is held, as a batch; only when there is something."""
        arrays = decode(self._spans, self._forms)
        self._spans, self._held_rows, self._held_bytes = [], 0, 0
        return pa.RecordBatch.from_arrays(arrays, self._names)

    def _hold(self, span: Span, taken: int) -> None:
        if span.end > span.first:
            self._spans.append(span)
        rows = span.end - span.first
        self.rows, self.bytes = self.rows + rows, self.bytes + taken
        self._held_rows, self._held_bytes = self._held_rows + rows, self._held_bytes + taken
