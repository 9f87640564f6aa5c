"""What could explain that two equal runs do not have the same result."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from app.datasources.connectors.scan import TokenKind, scan
from app.runs.models import Run

_ORDER = re.compile(r"\(|\)|\border\s+by\b", re.IGNORECASE)
_UNSTEADY = re.compile(
    r"\b(?:now|current_(?:date|time|timestamp)|localtime(?:stamp)?|(?:clock|statement|transaction)_timestamp"
    r"|timeofday|random|gen_random_uuid|uuidv7|nextval)\b",
    re.IGNORECASE,
)


class Cause(StrEnum):
    SOURCE_MOVED = "source_moved"
    SOURCE_STOOD_STILL = "source_stood_still"
    SOURCE_UNKNOWN = "source_unknown"
    CONNECTION_CHANGED = "connection_changed"
    NO_ORDER = "no_order"
    UNSTEADY = "unsteady"


WORDS = {
    Cause.SOURCE_MOVED: "The source had moved on: its log stood further the second time.",
    Cause.SOURCE_STOOD_STILL: "The source's log had not moved in between: its data was the same.",
    Cause.SOURCE_UNKNOWN: "It is not known whether the source had moved on: it does not tell its position.",
    Cause.CONNECTION_CHANGED: "The datasource's connection was saved anew in between.",
    Cause.NO_ORDER: "The statement has no ORDER BY of its own: its rows may come in any order.",
    Cause.UNSTEADY: "The statement asks for the time, a random value or a sequence: they never stay.",
}


def causes(one: Run, two: Run, body: Mapping[str, Any], other: Mapping[str, Any]) -> list[Cause]:
    """Of two runs and the bodies of their reports."""
    begin, end = body["input_frontier"]["position"], other["input_frontier"]["position"]
    if begin is None or end is None:
        found = [Cause.SOURCE_UNKNOWN]
    else:
        found = [Cause.SOURCE_STOOD_STILL if begin == end else Cause.SOURCE_MOVED]
    if one.question and two.question and one.question != two.question:
        found.append(Cause.CONNECTION_CHANGED)
    code = _code(one.sql)
    if not _is_ordered(code):
        found.append(Cause.NO_ORDER)
    if _UNSTEADY.search(code):
        found.append(Cause.UNSTEADY)
    return found


def _code(sql: str) -> str:
    """The statement without its strings, quoted names and comments."""
    return "".join(
        sql[token.start : token.end] if token.kind is TokenKind.CODE else " " for token in scan(sql)
    )


def _is_ordered(code: str) -> bool:
    """Whether it orders its own rows, not only those of a part in parentheses."""
    depth = 0
    for found in _ORDER.finditer(code):
        if found[0] == "(":
            depth += 1
        elif found[0] == ")":
            depth -= 1
        elif depth <= 0:
            return True
    return False
