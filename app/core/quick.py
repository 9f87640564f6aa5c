"""Statements that every request or every run asks, sent by the driver itself.

SQLAlchemy's way to the driver and back takes several times as long as a tiny statement. These go on the same
connection, in the same transaction, and their errors are SQLAlchemy's, as those of all others.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import psycopg
from psycopg.rows import namedtuple_row
from sqlalchemy import Connection, Executable
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

DIALECT = PGDialect_psycopg()  # type: ignore[no-untyped-call]
CURSOR = "quick"


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
        return self._sent(on, values).fetchone()

    def all(self, on: Session | Connection, values: Mapping[str, object]) -> list[Any]:
        return self._sent(on, values).fetchall()

    def _sent(self, on: Session | Connection, values: Mapping[str, object]) -> "psycopg.Cursor[Any]":
        connection = on.connection() if isinstance(on, Session) else on
        cursor = _cursor(connection)
        given = {**self._fixed, **values}
        try:
            return cursor.execute(self._sql, given, prepare=True)
        except psycopg.Error as error:
            gone = cursor.connection.closed
            if gone:
                connection.invalidate(error)
            raise DBAPIError.instance(
                self._sql, given, error, psycopg.Error, connection_invalidated=gone, dialect=DIALECT
            ) from error


def _cursor(connection: Connection) -> "psycopg.Cursor[Any]":
    """The connection's one cursor for these: to make one takes as long as a tiny statement.

    Its rows are read before anything else is sent.
    """
    pooled = connection.connection
    kept: psycopg.Cursor[Any] | None = pooled.info.get(CURSOR)
    if kept is None:
        driver: Any = pooled.dbapi_connection
        kept = pooled.info[CURSOR] = driver.cursor(row_factory=namedtuple_row)
    return kept
