"""Refuses a statement that would stop others: Postgres lets a role stop all of its own, also other runs'.

It looks at names as they are written. A function that runs text (`query_to_xml`), or one of the database's
own, can still do so: docs/security.md says what helps.
"""

import re

from app.datasources.connectors.base import ConnectorError, FailureReason
from app.datasources.connectors.postgres.render import Rendered
from app.datasources.connectors.scan import TokenKind, scan

_NAMES = r"pg_(?:terminate|cancel)_backend"
_WORD = re.compile(rf"(?<![\w$]){_NAMES}(?![\w$])", re.IGNORECASE)
_QUOTED = re.compile(rf'"{_NAMES}"')
_ESCAPED_PREFIX = re.compile(r"[uU]&$")
_CALLED = re.compile(r"\s*\(")

MESSAGE = "This would stop other statements. A run is stopped by its Cancel button."
ESCAPED = "A function's name is written with Unicode escapes here. Write it plainly."


def refuse(rendered: Rendered) -> None:
    """Raises ConnectorError at the name."""
    sql = rendered.sql
    if not re.search(r"_backend|[uU]&\"", sql, re.IGNORECASE):
        return
    for token in scan(sql):
        text = sql[token.start : token.end]
        if token.kind is TokenKind.CODE and (found := _WORD.search(text)):
            raise _refused(rendered, token.start + found.start(), MESSAGE)
        if token.kind is TokenKind.IDENTIFIER:
            if _QUOTED.fullmatch(text):
                raise _refused(rendered, token.start, MESSAGE)
            if _ESCAPED_PREFIX.search(sql[: token.start]) and _CALLED.match(_after_comments(sql, token.end)):
                raise _refused(rendered, token.start - 2, ESCAPED)


def _after_comments(sql: str, at: int) -> str:
    """What follows, with a UESCAPE and its character left out."""
    rest = "".join(
        " " if token.kind is TokenKind.COMMENT else sql[at + token.start : at + token.end]
        for token in scan(sql[at:])
    )
    return re.sub(r"^\s*uescape\s*'.'", "", rest, flags=re.IGNORECASE)


def _refused(rendered: Rendered, at: int, message: str) -> ConnectorError:
    return ConnectorError(FailureReason.DENIED, message, position=rendered.position(at + 1, 0))
