"""Opens a database so that SQL can neither change it nor reach anything beside it.

Opened for each run and closed after it: an open file would keep its writers out.
"""

from collections.abc import Mapping

import duckdb

from app.datasources.connectors.duckdb.fields import MEMORY, memory_mb, threads
from app.datasources.connectors.duckdb.files import database

# https://duckdb.org/docs/operations_manual/securing_duckdb/overview
_SHUT = {
    "enable_external_access": False,
    "autoload_known_extensions": False,
    "autoinstall_known_extensions": False,
    "allow_community_extensions": False,
    "python_enable_replacements": False,  # else a name in SQL may be a variable of ours
    "allow_persistent_secrets": False,
    "temp_directory": "",  # what does not fit in memory fails, and nothing is written beside the file
    "allowed_configs": ["TimeZone"],
    "errors_as_json": True,
    "lock_configuration": True,
}


def connect(connection: Mapping[str, str]) -> duckdb.DuckDBPyConnection:
    """Raises BadFields, duckdb.Error."""
    path = database(connection.get("path", ""))
    config = _SHUT | {"memory_limit": f"{memory_mb(connection)}MB", "threads": threads(connection)}
    opened = duckdb.connect(path, read_only=path != MEMORY, config=config)
    opened.execute("SET TimeZone = 'UTC'")
    return opened
