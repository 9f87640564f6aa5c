"""Optional clauses: `[[ AND region = {{ region }} ]]` is left out when a value in it is absent.

Square brackets belong to Postgres too: `a[b[1]]`, `array[[1, 2], [3, 4]]`. So `[[` begins a clause only where
all of this holds, and everything else stays as it was written:

* brackets are paired as a parser would, and the two opening ones are closed by two closing ones side by side;
* there is a placeholder between them;
* they stand inside no other bracket, and follow neither a name, `)` or `]` without a space (a subscript) nor
  the word ARRAY (its constructor).
"""

import re
from bisect import bisect_left
from collections.abc import Sequence, Set
from typing import NamedTuple

from app.datasources.connectors.scan import Token, TokenKind

_BRACKET = re.compile(r"[\[\]]")
_JOINED = re.compile(r"[A-Za-z0-9_$\"\])\x80-\U0010ffff]")
_ARRAY = re.compile(r"(?<![A-Za-z0-9_$\x80-\U0010ffff])array\Z", re.IGNORECASE)
_LONGEST_GAP = 200  # characters of white space and comments that are looked through for the word ARRAY
_COMMENT = re.compile(r"/\*(?:[^*]|\*(?!/))*+\*/|--[^\n]*+(?:\n|\Z)")


class Clause(NamedTuple):
    """`sql[start:end]`, with its brackets."""

    start: int
    end: int


class BadClause(ValueError):
    """Clauses inside one another, or one that is never closed; `at` counts characters from 0."""

    def __init__(self, sentence: str, at: int) -> None:
        super().__init__(sentence)
        self.at = at


def find_clauses(sql: str, tokens: Sequence[Token], placeholders: Sequence[int]) -> tuple[Clause, ...]:
    """In the order of the text; `placeholders` are their places, in order. Raises BadClause."""
    if "[[" not in sql or not placeholders:
        return ()
    closed_at, enclosing, left_open = _pairs(sql, tokens)
    found: list[Clause] = []
    for at in sorted(closed_at):
        end = closed_at[at]
        if closed_at.get(at + 1) != end - 1 or not _holds(placeholders, at, end) or _is_array(sql, at):
            continue
        outer = enclosing.get(at)
        if outer is None:
            found.append(Clause(at, end + 1))
        elif found and outer == found[-1].start + 1:
            raise BadClause("Optional clauses cannot stand inside one another. Write them side by side.", at)
    for at in left_open:
        begins = sql.startswith("[[", at) and at not in enclosing and not _is_array(sql, at)
        if begins and _holds(placeholders, at, len(sql)):
            raise BadClause("[[ is left open. Close the optional clause with ]].", at)
    return tuple(found)


def resolve_clauses(sql: str, clauses: Sequence[Clause], kept: Set[Clause]) -> str:
    """The text with only these clauses in it, blank where the others and all their brackets were.

    No character moves, so that a place in the one text is the same place in the other.
    """
    parts, done = [], 0
    for clause in clauses:
        inside = sql[clause.start + 2 : clause.end - 2]
        shown = inside if clause in kept else re.sub(r"[^\r\n]", " ", inside)
        parts += [sql[done : clause.start], "  ", shown, "  "]
        done = clause.end
    return "".join([*parts, sql[done:]])


def _pairs(sql: str, tokens: Sequence[Token]) -> tuple[dict[int, int], dict[int, int], list[int]]:
    """Where each `[` is closed, by which `[` each is enclosed, and those that are never closed."""
    closed_at: dict[int, int] = {}
    enclosing: dict[int, int] = {}
    open_: list[int] = []
    for token in tokens:
        if token.kind is not TokenKind.CODE:
            continue
        for bracket in _BRACKET.finditer(sql, token.start, token.end):
            at = bracket.start()
            if bracket[0] == "[":
                if open_:
                    enclosing[at] = open_[-1]
                open_.append(at)
            elif open_:
                closed_at[open_.pop()] = at
    return closed_at, enclosing, open_


def _holds(placeholders: Sequence[int], start: int, end: int) -> bool:
    next_ = bisect_left(placeholders, start)
    return next_ < len(placeholders) and placeholders[next_] < end


def _is_array(sql: str, at: int) -> bool:
    """Whether a `[` here takes a part of what stands before it, or begins an ARRAY."""
    if at and _JOINED.match(sql, at - 1):
        return True
    before = _COMMENT.sub(" ", sql[max(0, at - _LONGEST_GAP) : at]).rstrip()
    return bool(_ARRAY.search(before))
