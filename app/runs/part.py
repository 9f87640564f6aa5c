"""A part of the editor's text that runs alone."""

import re
from dataclasses import dataclass

_PLACE = re.compile(r"([0-9]{1,8})-([0-9]{1,8})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Part:
    """Where the text of a run begins in the text that it was taken from: characters before it, and its line
    from 1."""

    offset: int
    line: int


def part_of(sql: str, selection: str) -> tuple[str, Part | None]:
    """What `selection`, as `start-end` in characters from 0, leaves of the text; all when it says nothing."""
    found = _PLACE.fullmatch(selection)
    start, end = (int(found[1]), int(found[2])) if found else (0, 0)
    part = sql[start:end]
    if not part.strip() or part == sql:
        return sql, None
    return part, Part(start, sql.count("\n", 0, start) + 1)
