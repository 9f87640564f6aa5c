"""Which tables a place in a statement can speak of: those in FROM of its query and of the ones around it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from app.datasources.catalog.sources import (
    ENDS_FROM,
    SETS,
    Source,
    as_source,
    ctes_of,
    flat_words,
    sources_in,
)
from app.datasources.catalog.words import Word, words

DEEPEST = 60  # parentheses inside each other; a text beyond that is no query that people write


@dataclass(slots=True)
class Scope:
    """`sources` from the innermost query outward; `ctes` by name; `wants` is `relations` where a table's name
    is expected, else `columns`. `path` are the names before the last dot, `prefix` what is typed so far."""

    sources: list[Source] = field(default_factory=list)
    ctes: dict[str, Source] = field(default_factory=dict)
    wants: str = "columns"
    path: tuple[str, ...] = ()
    prefix: str = ""


def scope_at(sql: str, offset: int) -> Scope:
    """What can be spoken of at this place; never raises."""
    found = words(sql)
    typed = _typed(found, offset)
    at = typed[0].start if typed else offset
    statement = _statement(found, at)
    scope = Scope()
    if typed:
        names = [word for word in typed if word.is_name]
        ends_in_dot = typed[-1].text == "." and not typed[-1].is_name
        last = "" if ends_in_dot or not names else sql[names[-1].start : offset].lstrip('"')
        path = names if ends_in_dot else names[:-1]
        scope.path, scope.prefix = tuple(word.text for word in path), last
    skipped = [word for word in statement if word not in typed] if typed else statement
    if _depth(skipped) <= DEEPEST:
        _look_into(skipped, at, scope, {})
    scope.wants = _wanted([word for word in skipped if word.end <= at])
    return scope


def _typed(found: Sequence[Word], offset: int) -> list[Word]:
    """The dotted name that ends at the place: names and dots without a gap."""
    typed: list[Word] = []
    end = offset
    for word in reversed([word for word in found if word.start < offset]):
        is_part = word.is_name or word.text == "."
        if not is_part or (word.end != end and not (not typed and word.start < offset <= word.end)):
            break
        if typed and typed[0].is_name and word.is_name:
            break
        typed.insert(0, word)
        end = word.start
    return typed


def _statement(found: Sequence[Word], at: int) -> list[Word]:
    """The words between the semicolons around the place."""
    begin = max((i + 1 for i, word in enumerate(found) if word.text == ";" and word.end <= at), default=0)
    end = next((i for i, word in enumerate(found) if word.text == ";" and word.start >= at), len(found))
    return list(found[begin:end])


def _depth(statement: Sequence[Word]) -> int:
    steps = ({"(": 1, ")": -1}.get(word.text, 0) for word in statement if not word.is_name)
    return max(accumulate(steps), default=0)


def _look_into(query: Sequence[Word], at: int, scope: Scope, outer: dict[str, Source]) -> None:
    """Collect the innermost query's sources first."""
    ctes = dict(outer)
    for name, inside in ctes_of(query):
        if _holds(inside, at):
            _look_into(inside, at, scope, ctes)
        ctes[name.lower()] = as_source(name, inside, ctes)
    for inside in _nested(query):
        if _holds(inside, at) and not any(inside is part for _, part in ctes_of(query)):
            known = {id(word) for _, part in ctes_of(query) for word in part}
            if not inside or id(inside[0]) not in known:
                _look_into(inside, at, scope, ctes)
    for name, source in ctes.items():
        scope.ctes.setdefault(name, source)
    scope.sources += sources_in(_branch(query, at), ctes)


def _holds(inside: Sequence[Word], at: int) -> bool:
    return bool(inside) and inside[0].start <= at <= inside[-1].end + 1


def _nested(query: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """What stands in parentheses, one level down."""
    depth, begin = 0, 0
    for i, word in enumerate(query):
        if word.text == "(" and not word.is_name:
            depth += 1
            begin = i + 1 if depth == 1 else begin
        elif word.text == ")" and not word.is_name:
            depth -= 1
            if depth == 0:
                yield query[begin:i]
    if depth > 0:
        yield query[begin:]


def _branch(query: Sequence[Word], at: int) -> list[tuple[Word, Sequence[Word]]]:
    """Of `a union b`, the part in which the place lies."""
    branch: list[tuple[Word, Sequence[Word]]] = []
    for word, inside in flat_words(query):
        if word.says(*SETS):
            if word.start >= at:
                break
            branch = []
        else:
            branch.append((word, inside))
    return branch


def _wanted(before: Sequence[Word]) -> str:
    """`relations` after FROM, JOIN and commas between tables, at the level of the place."""
    depth = 0
    for word in reversed(before):
        if not word.is_name:
            if word.text == ")":
                depth += 1
            elif word.text == "(":
                if depth == 0:
                    return "columns" if before[-1] is not word or not _after_from(before) else "relations"
                depth -= 1
            elif word.text == "," and word is before[-1]:
                continue
        if depth or not word.is_name:
            continue
        if word.says("from", "join", "update", "into", "table", "lateral", "only"):
            last = before[-1]
            return "relations" if last is word or last.text == "," else "columns"
        if word.says(*ENDS_FROM, "on", "using", "and", "or", "by", "when", "case", "then", "in", "select"):
            return "columns"
    return "columns"


def _after_from(before: Sequence[Word]) -> bool:
    return len(before) > 1 and before[-2].says("from", "join")
