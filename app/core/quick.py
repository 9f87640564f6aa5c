"""Statements that every request or every run asks, sent by the driver itself.

SQLAlchemy's way to the driver and back takes several times as long as a tiny statement. These go on the same
connection, in the same transaction, and their errors are SQLAlchemy's, as those of all others.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.rows import namedtuple_row
from sqlalchemy import Connection, Executable
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

DIALECT = PGDialect_psycopg()  # type: ignore[no-untyped-call]


class Quick:
    """A statement whose values and columns need nothing of SQLAlchemy. Build it once.

    `columns` are those that an INSERT without values gets. Rows have their columns as attributes. Raises
    DBAPIError.
    """

    def __init__(self, statement: Executable, *, columns: Iterable[str] | None = None) -> None:
        keys = list(columns) if columns is not None else None
        compiled = statement.compile(dialect=DIALECT, column_keys=keys)  # type: ignore[attr-defined]
        self._sql = str(compiled)
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}

    def first(self, on: Session | Connection, values: Mapping[str, object]) -> Any | None:
        with self._sent(on, values) as cursor:
            return cursor.fetchone()

    def all(self, on: Session | Connection, values: Mapping[str, object]) -> list[Any]:
        with self._sent(on, values) as cursor:
            return cursor.fetchall()

    @contextmanager
    def _sent(
        self, on: Session | Connection, values: Mapping[str, object]
    ) -> Iterator["psycopg.Cursor[Any]"]:
        connection = on.connection() if isinstance(on, Session) else on
        driver: Any = connection.connection.dbapi_connection
        given = {**self._fixed, **values}
        cursor = driver.cursor(row_factory=namedtuple_row)
        try:
            yield cursor.execute(self._sql, given, prepare=True)
        except psycopg.Error as error:
            gone = bool(driver.closed)
            if gone:
                connection.invalidate(error)
            raise DBAPIError.instance(
                self._sql, given, error, psycopg.Error, connection_invalidated=gone, dialect=DIALECT
            ) from error
        finally:
            cursor.close()
