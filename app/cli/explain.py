"""Failures that are not a bug of ours, in one sentence for the terminal."""

from psycopg.errors import UndefinedTable
from sqlalchemy.exc import DBAPIError, OperationalError

from app.core.errors import Problem
from app.core.settings import SettingsError
from app.local.errors import LocalError, explain_os_error


def explain(error: Exception) -> str | None:
    """The sentence, or None for an error that deserves its traceback."""
    if isinstance(error, Problem):
        said = [error.detail, *error.fields.values()]
        return " ".join(dict.fromkeys(filter(None, said))) or error.title
    if isinstance(error, LocalError | SettingsError):
        return str(error)
    if isinstance(error, OperationalError):
        return f"The database does not answer: {str(error.orig).strip().splitlines()[0]}"
    if isinstance(error, DBAPIError) and isinstance(error.orig, UndefinedTable):
        return "The database has no tables of Plumbline yet: run `plumb db upgrade`."
    if isinstance(error, OSError):
        return explain_os_error(error)
    return None
