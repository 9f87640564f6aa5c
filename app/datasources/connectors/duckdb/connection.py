"""Opens a database so that SQL can neither change it nor reach anything beside it.

Opened for each run and closed after it, as an open file keeps its writers out. Attached to an empty database
of the run's own, because DuckDB shares what it opens directly within a process: its limits, and its end.
"""

from collections.abc import Mapping
from pathlib import Path

import duckdb

from app.datasources.connectors.duckdb.fields import MEMORY, memory_mb, threads
from app.datasources.connectors.duckdb.files import database

# https://duckdb.org/docs/operations_manual/securing_duckdb/overview
_SHUT: dict[str, str | bool | int | float | list[str]] = {
    "autoload_known_extensions": False,
    "autoinstall_known_extensions": False,
    "allow_community_extensions": False,
    "allow_persistent_secrets": False,
    "python_enable_replacements": False,  # else a name in SQL may be a variable of ours
    "temp_directory": "",  # what does not fit in memory fails, and nothing is written beside the file
    "errors_as_json": True,
}
_RESERVED = {"main", "memory", "system", "temp"}


def connect(connection: Mapping[str, str]) -> duckdb.DuckDBPyConnection:
    """Raises BadFields, duckdb.Error."""
    path = database(connection.get("path", ""))
    config = _SHUT | {"memory_limit": f"{memory_mb(connection)}MB", "threads": threads(connection)}
    opened = duckdb.connect(MEMORY, config=config)
    try:
        opened.execute("SET TimeZone = 'UTC'")
        if path != MEMORY:
            _attach(opened, path)
        opened.execute("SET enable_external_access = false")
        opened.execute("SET lock_configuration = true")
    except BaseException:
        opened.close()
        raise
    return opened


def _attach(opened: duckdb.DuckDBPyConnection, path: str) -> None:
    """Under the file's own name, as DuckDB itself does."""
    stem = Path(path).stem
    name = _quoted(f"{stem}_file" if stem.lower() in _RESERVED else stem, '"')
    opened.execute(f"ATTACH {_quoted(path, chr(39))} AS {name} (READ_ONLY, TYPE duckdb)")
    opened.execute(f"USE {name}")


def _quoted(text: str, mark: str) -> str:
    return mark + text.replace(mark, mark * 2) + mark
