"""Writes a Statement in Postgres' words, and leads the server's error positions back to it."""

import re
from dataclasses import dataclass

from app.datasources.connectors.base import (
    BoundValue,
    ConnectorError,
    FailureReason,
    Position,
    Statement,
    ValueKind,
)
from app.datasources.connectors.wording import without_final_semicolon

_OIDS = {
    ValueKind.TEXT: 25,
    ValueKind.INTEGER: 20,
    ValueKind.DECIMAL: 1700,
    ValueKind.BOOLEAN: 16,
    ValueKind.DATE: 1082,
    ValueKind.TIMESTAMP: 1114,
}
_ARRAY_OIDS = {
    ValueKind.TEXT: 1009,
    ValueKind.INTEGER: 1016,
    ValueKind.DECIMAL: 1231,
    ValueKind.BOOLEAN: 1000,
    ValueKind.DATE: 1182,
    ValueKind.TIMESTAMP: 1115,
}
_TIMESTAMPTZ, _TIMESTAMPTZ_ARRAY = 1184, 1185
_OFFSET = re.compile(r"\d(?:\s*[zZ]|\s*[+-]\d{2}(?::?\d{2}){0,2})$")


@dataclass(frozen=True, slots=True)
class Rendered:
    """`sql` is the user's text with $n in it; `parts[i]` is at `starts[i]` to `ends[i]`."""

    sql: str
    comment: str
    types: tuple[int, ...]
    values: tuple[bytes | None, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def position(self, reported: int | None, prefix: int) -> Position | None:
        """Of `reported` (in characters from 1, as the server counts) in a text with `prefix` before `sql`."""
        if reported is None:
            return None
        at = reported - 1 - prefix
        if not 0 <= at <= len(self.sql):
            return None
        part = max(i for i, start in enumerate(self.starts) if start <= at or i == 0)
        return Position(part, max(0, min(at, self.ends[part]) - self.starts[part]))


def render(statement: Statement) -> Rendered:
    """Raises ConnectorError for an empty text and for characters that Postgres cannot take."""
    if any("\0" in part for part in statement.parts):
        raise ConnectorError(FailureReason.SYNTAX, "The statement contains a NUL character. Remove it.")
    if any("\0" in text for value in statement.values for text in _texts(value)):
        raise ConnectorError(FailureReason.QUERY, "A parameter contains a NUL character. Remove it.")

    sql, starts, ends = "", [0], []
    for part, slot in zip(statement.parts, (*statement.slots, None), strict=True):
        sql += part
        ends.append(len(sql))
        if slot is not None:
            sql += f" ${slot + 1} "  # the spaces keep it apart from a word or a digit next to it
            starts.append(len(sql))

    sql = without_final_semicolon(sql)
    if not sql:
        raise ConnectorError(FailureReason.SYNTAX, "The statement is empty. Write a SELECT.")
    return Rendered(
        sql=sql,
        comment=_as_comment(statement.comment),
        types=tuple(map(_oid, statement.values)),
        values=tuple(map(_wire_text, statement.values)),
        starts=tuple(starts),
        ends=tuple(ends),
    )


def _texts(value: BoundValue) -> tuple[str, ...]:
    return value.elements if value.kind.is_array else (value.text or "",)


def _oid(value: BoundValue) -> int:
    if value.kind.is_array:
        zoned = value.kind.element is ValueKind.TIMESTAMP and any(map(_has_offset, value.elements))
        return _TIMESTAMPTZ_ARRAY if zoned else _ARRAY_OIDS[value.kind.element]
    if value.kind is ValueKind.TIMESTAMP and value.text and _has_offset(value.text):
        return _TIMESTAMPTZ
    return _OIDS[value.kind]


def _has_offset(timestamp: str) -> bool:
    return bool(_OFFSET.search(timestamp.partition(":")[2]))


def _wire_text(value: BoundValue) -> bytes | None:
    """What the server's input function reads: for an array `{"a","b"}`, with `"` and `\\` escaped."""
    if value.text is None:
        return None
    if not value.kind.is_array:
        return value.text.encode()
    escaped = (text.replace("\\", "\\\\").replace('"', '\\"') for text in value.elements)
    return ("{" + ",".join(f'"{text}"' for text in escaped) + "}").encode()


def _as_comment(text: str) -> str:
    if not text:
        return ""
    shown = "".join(character if character.isprintable() else " " for character in text)
    return "/* " + shown.replace("*/", "* /").replace("/*", "/ *") + " */ "
