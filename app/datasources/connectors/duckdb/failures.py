"""What DuckDB's refusals mean to whoever asked, from the JSON that `errors_as_json` makes of them."""

import json
from dataclasses import dataclass

from app.datasources.connectors.base import FailureReason

INTERRUPTED = "INTERRUPT"
_OUT_OF_MEMORY = "Out of Memory"

# Error::ExceptionTypeToString in DuckDB's common/exception.cpp.
_REASONS = {
    "Parser": FailureReason.SYNTAX,
    "Syntax": FailureReason.SYNTAX,
    "Binder": FailureReason.SYNTAX,
    "Catalog": FailureReason.SYNTAX,
    "Permission": FailureReason.DENIED,
    _OUT_OF_MEMORY: FailureReason.TOO_LARGE,
    "IO": FailureReason.UNREACHABLE,
    "Connection": FailureReason.UNREACHABLE,
    "Serialization": FailureReason.UNREACHABLE,
    "FATAL": FailureReason.UNREACHABLE,
    "INTERNAL": FailureReason.UNREACHABLE,
    INTERRUPTED: FailureReason.CANCELLED,
}
_READ_ONLY = "attached in read-only mode"
_HINTS = ("\nDid you mean", "\nCandidate bindings", "\n\tCandidate functions", "\nCandidate")


@dataclass(frozen=True, slots=True)
class Failure:
    """`byte` counts from 0 in the UTF-8 of the text that was sent."""

    kind: str
    message: str
    hint: str | None
    byte: int | None

    @property
    def reason(self) -> FailureReason:
        if _READ_ONLY in self.message:
            return FailureReason.DENIED
        return _REASONS.get(self.kind, FailureReason.QUERY)


def failure(error: Exception) -> Failure:
    """Of a duckdb.Error, or of the OSError that a stream makes of one."""
    kind, _, rest = str(error).partition(" Error: ")
    try:
        told = json.loads(rest)
        message, kind, position = told["exception_message"], told["exception_type"], told.get("position")
    except (ValueError, KeyError, TypeError):
        message, position = rest or str(error), None
    if kind == _OUT_OF_MEMORY:  # DuckDB goes on with advice on settings that are locked here
        return Failure(
            kind, message.partition("\n")[0], "Read less, or allow this datasource more memory.", None
        )
    for mark in _HINTS:
        message, found, more = message.partition(mark)
        if found:
            return Failure(kind, message, (found + more).strip(), _number(position))
    return Failure(kind, message.strip(), None, _number(position))


def _number(position: str | None) -> int | None:
    return int(position) if position is not None and position.isdigit() else None
