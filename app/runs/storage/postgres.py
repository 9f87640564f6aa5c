"""Chunks in Postgres, inserted one by one in the transaction that settles the run.

Not COPY: in binary, Postgres holds back a thousand rows of it in memory, and writes them at the end.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import Connection

from app.runs.storage.writer import Chunk

INSERT = (
    "insert into result_chunks (run_id, first_row, row_count, raw_bytes, data)"
    " values (%s::int8, %s::int8, %s::int4, %s::int4, %b)"
)


@contextmanager
def writer_to_postgres(connection: Connection, run_id: int) -> Iterator["PostgresWriter"]:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    with driver.cursor() as cursor:
        yield PostgresWriter(cursor, run_id)


class PostgresWriter:
    def __init__(self, cursor: psycopg.Cursor, run_id: int) -> None:
        self._cursor = cursor
        self._run_id = run_id

    def put(self, chunk: Chunk) -> None:
        row = (self._run_id, chunk.first_row, chunk.row_count, chunk.raw_bytes, chunk.data)
        self._cursor.execute(INSERT, row, prepare=True)
