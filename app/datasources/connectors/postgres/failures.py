"""What the server's refusals mean to whoever asked. SQLSTATEs: PostgreSQL's appendix A, "Error Codes"."""

from dataclasses import dataclass

from psycopg.pq import DiagnosticField
from psycopg.pq.abc import PGresult

from app.datasources.connectors.base import FailureReason

SYNTAX_ERROR = "42601"
FEATURE_NOT_SUPPORTED = "0A000"
QUERY_CANCELED = "57014"

_EXACT = {"42501": FailureReason.DENIED, "25006": FailureReason.DENIED}
_CLASSES = {
    "08": FailureReason.UNREACHABLE,
    "28": FailureReason.UNREACHABLE,
    "42": FailureReason.SYNTAX,
    "53": FailureReason.TOO_LARGE,
    "54": FailureReason.TOO_LARGE,
}


@dataclass(eq=False)
class ServerError(Exception):
    """An error as the server reported it. `position` counts characters from 1 in the text that was sent."""

    sqlstate: str
    message: str
    position: int | None
    hint: str | None
    from_parser: bool

    @property
    def reason(self) -> FailureReason:
        """QUERY_CANCELED is `cancelled` here; only the caller knows of its own deadline."""
        if self.sqlstate == QUERY_CANCELED:
            return FailureReason.CANCELLED
        if self.sqlstate.startswith("57P0"):
            return FailureReason.UNREACHABLE
        return _EXACT.get(self.sqlstate) or _CLASSES.get(self.sqlstate[:2]) or FailureReason.QUERY

    @property
    def several_statements(self) -> bool:
        """The parser's only error without a position. Its words depend on the server's language."""
        return self.sqlstate == SYNTAX_ERROR and self.from_parser and self.position is None


class ConnectionGone(Exception):
    """The connection broke while in use; the text is libpq's or the server's last words."""


def server_error(result: PGresult) -> ServerError:
    def field(which: DiagnosticField) -> str:
        return (result.error_field(which) or b"").decode("utf-8", "replace")

    position = field(DiagnosticField.STATEMENT_POSITION)
    more = [field(DiagnosticField.MESSAGE_DETAIL), field(DiagnosticField.MESSAGE_HINT)]
    return ServerError(
        sqlstate=field(DiagnosticField.SQLSTATE),
        message=field(DiagnosticField.MESSAGE_PRIMARY) or result.get_error_message("utf-8").strip(),
        position=int(position) if position else None,
        hint="\n".join(filter(None, more)) or None,
        from_parser=field(DiagnosticField.SOURCE_FUNCTION) == "exec_parse_message",
    )
