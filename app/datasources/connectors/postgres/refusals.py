"""Sentences for statements that are not reads, and for texts that are not one statement."""

from app.datasources.connectors.base import ConnectorError, FailureReason
from app.datasources.connectors.postgres.failures import FEATURE_NOT_SUPPORTED, SYNTAX_ERROR
from app.datasources.connectors.wording import first_word

# What the parser says in the wrap of INSERT ... RETURNING, EXPLAIN and the like, and of a WITH that writes.
NOT_IN_A_SUBQUERY = (SYNTAX_ERROR, FEATURE_NOT_SUPPORTED)

SUPERUSER = (
    "This role is a superuser, which may read and write the server's files. "
    "Use a role that may only read, or have an admin allow superusers for this datasource."
)

_READS = ("select", "table", "values")
_WRITES = (
    "insert", "update", "delete", "merge", "truncate", "create", "alter", "drop", "grant", "revoke", "copy",
)  # fmt: skip

_INSTEAD = {
    "explain": "EXPLAIN cannot be part of a query. Write the statement alone and use the Explain button.",
    "show": "SHOW cannot be part of a query. Write SELECT current_setting('name') instead.",
    "execute": "EXECUTE runs a prepared statement. Write that statement itself.",
    "fetch": "FETCH reads a cursor. Write the cursor's own query instead.",
    "call": "CALL runs a procedure, which may write. Call a function in a SELECT instead.",
    "do": "DO runs code, which may write. Call a function in a SELECT instead.",
}


def several_statements() -> ConnectorError:
    return ConnectorError(
        FailureReason.SYNTAX,
        "This is more than one statement. Run one statement at a time: keep one and remove the others.",
    )


def superuser() -> ConnectorError:
    return ConnectorError(FailureReason.DENIED, SUPERUSER)


def no_columns(sql: str) -> ConnectorError:
    """For a statement that parses but would return no columns."""
    word = first_word(sql)
    if word in _READS:
        message = "The statement returns no columns. Name at least one after SELECT, and leave out INTO."
        return ConnectorError(FailureReason.SYNTAX, message)
    return not_a_read(sql)


def not_a_read(sql: str) -> ConnectorError:
    """For a statement that cannot stand where a SELECT can."""
    word = first_word(sql)
    if word in _WRITES or word == "with":
        what = "It" if word == "with" else word.upper()
        message = f"{what} would write, and only reading statements run here. Write a SELECT."
    else:
        message = _INSTEAD.get(word, f"{word.upper() or 'This'} is not a reading statement. Write a SELECT.")
    return ConnectorError(FailureReason.DENIED, message)
