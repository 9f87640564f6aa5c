"""Tests that a database can be opened, in words for the one who typed its path."""

from collections.abc import Mapping

import duckdb

from app.datasources.connectors.base import Check
from app.datasources.connectors.duckdb.connection import connect
from app.datasources.connectors.duckdb.failures import failure
from app.datasources.connectors.duckdb.fields import BadFields


def check(connection: Mapping[str, str]) -> Check:
    """Never raises."""
    try:
        opened = connect(connection)
    except BadFields as bad:
        return Check(ok=False, message=str(bad), problem=bad.problem, field=bad.field)
    except duckdb.Error as error:
        return _refused(failure(error).message)
    opened.close()
    version = f"DuckDB {duckdb.__version__}"
    return Check(ok=True, message=f"Opened with {version}, for reading only.", server_version=version)


def _refused(said: str) -> Check:
    if "not a valid DuckDB database" in said:
        return Check(ok=False, message="This file is not a DuckDB database.", problem="invalid", field="path")
    if "lock" in said.lower():
        message = "Another process has this file open for writing. Close it there, or point at a copy."
        return Check(ok=False, message=message, problem="unreachable", field="path")
    return Check(ok=False, message=f"The file cannot be opened: {said}", problem="other", field="path")
