"""The form of a DuckDB connection, and its bounds."""

from collections.abc import Mapping

from app.datasources.connectors.base import ConnectionField

MEMORY = ":memory:"
_MEMORY_MB = (64, 16_384)
_THREADS = (1, 16)

FIELDS = (
    ConnectionField(
        "path",
        "File",
        required=True,
        help="In the folder that PLUMB_DUCKDB_FOLDER names; opened for reading only. "
        f"{MEMORY} is an empty database for each run.",
    ),
    ConnectionField("memory_mb", "Memory in MB", "number", default="512", help="For one run, 64 to 16384."),
    ConnectionField("threads", "Threads", "number", default="2", help="For one run, 1 to 16."),
)


class BadFields(ValueError):
    """`field` is at fault; `problem` is one of a Check's words."""

    def __init__(self, field: str, problem: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.problem = problem


def memory_mb(connection: Mapping[str, str]) -> int:
    """Raises BadFields."""
    return _number(connection, "memory_mb", "512", _MEMORY_MB)


def threads(connection: Mapping[str, str]) -> int:
    """Raises BadFields."""
    return _number(connection, "threads", "2", _THREADS)


def _number(connection: Mapping[str, str], name: str, default: str, bounds: tuple[int, int]) -> int:
    given = connection.get(name, "").strip() or default
    low, high = bounds
    if not (given.isascii() and given.isdigit() and len(given) < 9 and low <= int(given) <= high):
        raise BadFields(name, "invalid", f"Write a whole number from {low} to {high}.")
    return int(given)
