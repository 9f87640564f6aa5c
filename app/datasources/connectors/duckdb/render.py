"""Writes a Statement in DuckDB's words, and leads its error positions back to it."""

import re
from dataclasses import dataclass
from decimal import Decimal

from app.datasources.connectors.base import (
    BoundValue,
    ConnectorError,
    FailureReason,
    Position,
    Statement,
    ValueKind,
)
from app.datasources.connectors.wording import without_final_semicolon

_TYPES = {
    ValueKind.TEXT: "VARCHAR",
    ValueKind.INTEGER: "BIGINT",
    ValueKind.BOOLEAN: "BOOLEAN",
    ValueKind.DATE: "DATE",
    ValueKind.TIMESTAMP: "TIMESTAMP",
}
_MOST_DIGITS = 38
_OFFSET = re.compile(r"\d(?:\s*[zZ]|\s*[+-]\d{2}(?::?\d{2}){0,2})$")


@dataclass(frozen=True, slots=True)
class Rendered:
    """`sql` is the user's text with `CAST($n AS type)` in it; `parts[i]` is at `starts[i]` to `ends[i]`."""

    sql: str
    values: tuple[str | list[str] | None, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def position(self, byte: int | None, prefix: int = 0) -> Position | None:
        """Of a byte that DuckDB counted, from 0, in a text with `prefix` bytes before `sql`."""
        if byte is None or not 0 <= byte - prefix <= len(self.sql.encode()):
            return None
        at = len(self.sql.encode()[: byte - prefix].decode(errors="ignore"))
        part = max(i for i, start in enumerate(self.starts) if start <= at or i == 0)
        return Position(part, max(0, min(at, self.ends[part]) - self.starts[part]))


def render(statement: Statement) -> Rendered:
    """Each value travels as text and is cast on the server; only those in use are sent."""
    if any("\0" in part for part in statement.parts):
        raise ConnectorError(FailureReason.SYNTAX, "The statement contains a NUL character. Remove it.")
    if any("\0" in text for value in statement.values for text in _texts(value)):
        raise ConnectorError(FailureReason.QUERY, "A parameter contains a NUL character. Remove it.")

    used = sorted(set(statement.slots))
    sql, starts, ends = "", [0], []
    for part, slot in zip(statement.parts, (*statement.slots, None), strict=True):
        sql += part
        ends.append(len(sql))
        if slot is not None:
            sql += f" CAST(${used.index(slot) + 1} AS {_type(statement.values[slot])}) "
            starts.append(len(sql))
    sql = without_final_semicolon(sql)
    if not sql:
        raise ConnectorError(FailureReason.SYNTAX, "The statement is empty. Write a SELECT.")
    values = tuple(_sent(statement.values[slot]) for slot in used)
    return Rendered(sql, values, tuple(starts), tuple(ends))


def _texts(value: BoundValue) -> tuple[str, ...]:
    """Those that it holds: an array's elements, else its own; none for NULL."""
    return value.elements if value.kind.is_array else () if value.text is None else (value.text,)


def _sent(value: BoundValue) -> str | list[str] | None:
    return list(value.elements) if value.kind.is_array and value.text is not None else value.text


def _type(value: BoundValue) -> str:
    return _scalar_type(value.kind.element, _texts(value)) + ("[]" if value.kind.is_array else "")


def _scalar_type(kind: ValueKind, texts: tuple[str, ...]) -> str:
    if kind is ValueKind.DECIMAL:
        return _decimal(texts or ("0",))
    if kind is ValueKind.TIMESTAMP and any(_OFFSET.search(text.partition(":")[2]) for text in texts):
        return "TIMESTAMPTZ"
    return _TYPES[kind]


def _decimal(texts: tuple[str, ...]) -> str:
    """DuckDB wants to know how many digits there are, or rounds to three places."""
    places = whole = 0
    for text in texts:
        try:
            _, digits, exponent = Decimal(text).as_tuple()
        except ArithmeticError:
            return "DECIMAL(38, 0)"  # which refuses it in DuckDB's words
        exponent = exponent if isinstance(exponent, int) else 0
        places = max(places, -exponent)
        whole = max(whole, len(digits) + exponent, 1)
    if whole + places > _MOST_DIGITS:
        raise ConnectorError(
            FailureReason.QUERY,
            f"DuckDB's decimals have {_MOST_DIGITS} digits; {max(texts, key=len)} has more.",
        )
    return f"DECIMAL({whole + places}, {places})"
