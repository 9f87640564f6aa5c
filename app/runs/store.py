"""Write a result while it is read: chunks, or pointers to them, in the transaction that settles the run.

A thread compresses and writes while the caller decodes the next, through a queue of a few chunks: memory
stays bounded when the store is slower than the source. A result of one chunk is only encoded here: the
statement that settles its run writes it.
"""

import queue
import threading
from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa
from sqlalchemy import Connection

from app.evidence.hashing import OutputHash
from app.runs.chunks import encode
from app.runs.storage.choose import writer_for
from app.runs.storage.writer import Chunk, Writer

WAITING_CHUNKS = 4


@dataclass(frozen=True, slots=True)
class Stored:
    """How much was written; `byte_count` is the raw size of the column data."""

    row_count: int
    byte_count: int


NOTHING = Stored(0, 0)


def store(
    connection: Connection, run_id: int, batches: Iterable[pa.RecordBatch], hashing: OutputHash
) -> Stored:
    """Write every batch as a chunk in the connection's transaction, which the caller ends, and hash it.

    Raises StoreAway when the result belongs into a bucket that cannot take it.
    """
    with writer_for(connection, run_id) as writer:
        chunks = _Chunks(writer, hashing)
        _write_beside(chunks, batches)
    return chunks.stored


def only_chunk(batch: pa.RecordBatch, hashing: OutputHash) -> Chunk:
    """The whole result as a chunk to be stored, hashed."""
    hashing.offer(batch)
    return Chunk(0, batch.num_rows, batch.nbytes, encode(batch))


def _write_beside(chunks: "_Chunks", batches: Iterable[pa.RecordBatch]) -> None:
    waiting: queue.Queue[pa.RecordBatch | None] = queue.Queue(maxsize=WAITING_CHUNKS)
    failure: list[BaseException] = []

    def write() -> None:
        while (batch := waiting.get()) is not None:
            if failure:
                continue
            try:
                chunks.write(batch)
            except BaseException as error:
                failure.append(error)

    writer = threading.Thread(target=write, name="result-writer")
    writer.start()
    try:
        for batch in batches:
            waiting.put(batch)
            if failure:
                break
    finally:
        waiting.put(None)
        writer.join()
    if failure:
        raise failure[0]


class _Chunks:
    """The chunks of one result on their way; each is hashed and compressed."""

    def __init__(self, writer: Writer, hashing: OutputHash) -> None:
        self._writer = writer
        self._hashing = hashing
        self.stored = NOTHING

    def write(self, batch: pa.RecordBatch) -> None:
        so_far = self.stored
        self._hashing.offer(batch)
        self._writer.put(Chunk(so_far.row_count, batch.num_rows, batch.nbytes, encode(batch)))
        self.stored = Stored(so_far.row_count + batch.num_rows, so_far.byte_count + batch.nbytes)
