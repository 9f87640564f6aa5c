"""Sentences for statements that are not reads, and for texts that are not one statement."""

from app.datasources.connectors.base import ConnectorError, FailureReason

_INSTEAD = {
    "MULTI": "This is made of several statements inside. Give PIVOT its values: PIVOT t ON c IN (1, 2).",
    "EXPLAIN": "EXPLAIN cannot be part of a query. Write the statement alone and use the Explain button.",
    "PRAGMA": "PRAGMA is not a reading statement. Its functions are: SELECT * FROM pragma_table_info('t').",
}


def several_statements() -> ConnectorError:
    return ConnectorError(
        FailureReason.SYNTAX,
        "This is more than one statement. Run one statement at a time: keep one and remove the others.",
    )


def not_a_read(kind: str) -> ConnectorError:
    """`kind` is DuckDB's name for the statement."""
    message = f"{kind} is not a reading statement, and only those run here. Write a SELECT."
    return ConnectorError(FailureReason.DENIED, _INSTEAD.get(kind, message))
