"""Write a result while it is read: chunks go by COPY into the transaction that settles the run.

A result of one chunk is written at once. With more, a thread compresses and writes while the caller decodes
the next, through a queue of a few chunks: memory stays bounded when Postgres is slower than the source.
"""

import queue
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, islice

import psycopg
import pyarrow as pa
from sqlalchemy import Connection, text

from app.evidence.hashing import OutputHash
from app.runs.chunks import encode

COPY = "COPY result_chunks (run_id, first_row, row_count, raw_bytes, data) FROM STDIN (FORMAT BINARY)"
INSERT = text(
    "insert into result_chunks (run_id, first_row, row_count, raw_bytes, data)"
    " values (:run_id, 0, :row_count, :raw_bytes, :data)"
)
WAITING_CHUNKS = 4


@dataclass(frozen=True, slots=True)
class Stored:
    """How much was written; `byte_count` is the raw size of the column data."""

    row_count: int
    byte_count: int


def store(
    connection: Connection, run_id: int, batches: Iterable[pa.RecordBatch], hashing: OutputHash
) -> Stored:
    """Write every batch as a chunk in the connection's transaction, which the caller ends, and hash it."""
    remaining = iter(batches)
    first = list(islice(remaining, 2))
    if not first:
        return Stored(0, 0)
    if len(first) == 1:
        hashing.offer(first[0])
        return _insert(connection, run_id, first[0])
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    with driver.cursor() as cursor, cursor.copy(COPY) as copy:
        chunks = _Copy(copy, run_id, hashing)
        _write_beside(chunks, chain(first, remaining))
    return chunks.stored


def _insert(connection: Connection, run_id: int, batch: pa.RecordBatch) -> Stored:
    stored = Stored(batch.num_rows, batch.nbytes)
    values = {"run_id": run_id, "row_count": stored.row_count, "raw_bytes": stored.byte_count}
    connection.execute(INSERT, {**values, "data": encode(batch)})
    return stored


def _write_beside(chunks: "_Copy", batches: Iterable[pa.RecordBatch]) -> None:
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


class _Copy:
    """A COPY of chunks under way."""

    def __init__(self, copy: psycopg.Copy, run_id: int, hashing: OutputHash) -> None:
        self._copy = copy
        self._run_id = run_id
        self._hashing = hashing
        self.stored = Stored(0, 0)
        copy.set_types(["int8", "int8", "int4", "int4", "bytea"])

    def write(self, batch: pa.RecordBatch) -> None:
        so_far = self.stored
        self._hashing.offer(batch)
        self._copy.write_row((self._run_id, so_far.row_count, batch.num_rows, batch.nbytes, encode(batch)))
        self.stored = Stored(so_far.row_count + batch.num_rows, so_far.byte_count + batch.nbytes)
