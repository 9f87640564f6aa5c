"""Which files may be opened: those in the folder that the operator named, wherever links lead."""

from pathlib import Path

from app.core import runtime
from app.datasources.connectors.duckdb.fields import MEMORY, BadFields


def database(path: str) -> str:
    """What DuckDB is asked to open: MEMORY or the file's true, absolute path. Raises BadFields."""
    path = path.strip()
    if not path:
        raise BadFields("path", "missing_field", "The file is missing.")
    if path == MEMORY:
        return MEMORY
    if "\0" in path:
        raise BadFields("path", "invalid", "The path contains a NUL character.")
    folder = _folder()
    try:
        file = (folder / path).resolve(strict=True)
    except (OSError, RuntimeError):  # RuntimeError: links in a circle
        message = f"There is no file {path} in the folder that PLUMB_DUCKDB_FOLDER names."
        raise BadFields("path", "no_such_database", message) from None
    if not file.is_relative_to(folder):
        message = "The file must lie in the folder that PLUMB_DUCKDB_FOLDER names."
        raise BadFields("path", "invalid", message)
    if not file.is_file():
        raise BadFields("path", "no_such_database", f"{path} is not a file.")
    return str(file)


def _folder() -> Path:
    named = runtime.settings().duckdb_folder
    if not named:
        message = (
            "DuckDB files are not allowed on this installation: "
            "set PLUMB_DUCKDB_FOLDER to the folder that holds them."
        )
        raise BadFields("path", "invalid", message)
    try:
        return Path(named).resolve(strict=True)
    except OSError:
        message = "The folder that PLUMB_DUCKDB_FOLDER names is not on this machine."
        raise BadFields("path", "unreachable", message) from None
