"""What a format must do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import pyarrow as pa

from app.runs.models import ResultColumn, Run


@dataclass(frozen=True, slots=True)
class Content:
    """What is exported: a result's columns and facts. `types` are the columns' Arrow types over all chunks.

    `row_count` are the rows of the file: fewer than the run's for a `selection`. `notes` are words and facts
    of the run for formats that have a place beside the rows.
    """

    run: Run
    columns: Sequence[ResultColumn]
    types: Sequence[pa.DataType]
    row_count: int
    keep_formulas: bool = False
    selection: bool = False
    notes: Mapping[str, str] = field(default_factory=dict)


class Writer(Protocol):
    """Turns batches into the bytes of one file, in order. One for each download; not for two threads at once.

    Its calls are work for the processor: they neither wait nor touch the database.
    """

    def begin(self) -> bytes: ...

    def write(self, batch: pa.RecordBatch) -> bytes:
        """Bytes that are ready; none while the format gathers more."""
        ...

    def end(self) -> bytes: ...
