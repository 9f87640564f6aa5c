"""Write a result while it is read: chunks go by COPY into the transaction that settles the run.

A result of one chunk is written at once. With more, a thread compresses and writes while the caller decodes
the next, through a queue of a few chunks: memory stays bounded when Postgres is slower than the source.
"""

import queue
import threading
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain, islice

import psycopg
import pyarrow as pa
from sqlalchemy.orm import Session

from app.runs.chunks import encode

COPY = "COPY result_chunks (run_id, first_row, row_count, raw_bytes, data) FROM STDIN (FORMAT BINARY)"
WAITING_CHUNKS = 4


@dataclass(frozen=True, slots=True)
class Stored:
    """How much was written; `byte_count` is the raw size of the column data."""

    row_count: int
    byte_count: int


def store(session: Session, run_id: int, batches: Iterable[pa.RecordBatch]) -> Stored:
    """Write every batch as a chunk in the session's transaction, which the caller commits or rolls back."""
    with ExitStack() as closing:
        chunks = _Chunks(session, run_id, closing)
        remaining = iter(batches)
        first = list(islice(remaining, 2))
        if len(first) < 2:
            for batch in first:
                chunks.write(batch)
        else:
            _write_beside(chunks, chain(first, remaining))
    return chunks.stored


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
    """One COPY of chunks; it is opened at the first, and ended or abandoned by `closing`."""

    def __init__(self, session: Session, run_id: int, closing: ExitStack) -> None:
        self._session = session
        self._run_id = run_id
        self._closing = closing
        self._copy: psycopg.Copy | None = None
        self.stored = Stored(0, 0)

    def write(self, batch: pa.RecordBatch) -> None:
        if self._copy is None:
            connection = self._session.connection().connection.driver_connection
            assert isinstance(connection, psycopg.Connection)
            self._copy = self._closing.enter_context(connection.cursor().copy(COPY))
            self._copy.set_types(["int8", "int8", "int4", "int4", "bytea"])
        so_far = self.stored
        self._copy.write_row((self._run_id, so_far.row_count, batch.num_rows, batch.nbytes, encode(batch)))
        self.stored = Stored(so_far.row_count + batch.num_rows, so_far.byte_count + batch.nbytes)
