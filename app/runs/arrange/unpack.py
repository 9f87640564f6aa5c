"""A result's chunks side by side in one file, not compressed: any column is at hand without copying."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from pathlib import Path

import pyarrow as pa
from sqlalchemy.orm import Session

from app.core.aside import aside
from app.core.errors import Invalid
from app.runs.arrange import shelf
from app.runs.chunks import decode
from app.runs.models import Run
from app.runs.results import packed_chunks


@dataclass(frozen=True, slots=True)
class Unpacked:
    """The batches of a result, mapped into memory; `starts` are the numbers of their first rows."""

    batches: Sequence[pa.RecordBatch]
    starts: Sequence[int]
    row_count: int

    def column(self, position: int) -> list[pa.Array]:
        """The chunks of one column. Their types may differ."""
        return [batch.column(position) for batch in self.batches]


def unpack(session: Session, run: Run) -> Path:
    """Where the unpacked result lies; made when it is not there. Raises Invalid when it is too large.

    Chunks are read here, where waiting lets others go on, and unpacked aside, two steps at a time.
    """
    size, room = run.byte_count or 0, shelf.room()
    if size > room:
        raise Invalid(
            f"This result of {size:,} bytes is too large to be sorted, filtered or counted here, where"
            f" {room:,} fit. Do it in the SQL."
        )
    name = shelf.key("unpacked", run.id, run.finished_at)
    if found := shelf.find(name):
        return found
    with shelf.put(name) as file:
        writing: Future[None] | None = None
        for pieces in packed_chunks(session, run.id):
            if writing:
                writing.result()
            writing = aside(partial(_write, file, pieces))
        if writing:
            writing.result()
    return shelf.find(name) or unpack(session, run)


def opened(path: Path) -> Unpacked:
    """The unpacked result in this file."""
    if path.stat().st_size == 0:
        return Unpacked((), (), 0)
    batches = list(_read(pa.memory_map(str(path))))
    *starts, rows = accumulate((batch.num_rows for batch in batches), initial=0)
    return Unpacked(batches, starts, rows)


def _write(file: pa.NativeFile, pieces: Sequence[bytes | memoryview]) -> None:
    """Column by column. Linux looks for free memory in one stretch as long as what is written at once: for
    the megabyte of a whole chunk that takes five times as long as writing it, where much memory is in use.
    """
    for piece in pieces:
        batch = decode(piece)
        with pa.ipc.new_stream(file, batch.schema) as writer:
            writer.write_batch(batch)


def _read(file: pa.MemoryMappedFile) -> Iterator[pa.RecordBatch]:
    size = file.size()
    while file.tell() < size:
        yield from pa.ipc.open_stream(file)
