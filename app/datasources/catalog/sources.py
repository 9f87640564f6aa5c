"""What stands in FROM, and what a query returns, read from its words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.datasources.catalog.words import Word

ENDS_FROM = (
    "where", "group", "order", "having", "limit", "offset", "fetch", "window", "union", "intersect", "except",
    "select", "returning", "set", "for", "qualify",
)  # fmt: skip
_JOINS = ("join", "cross", "inner", "left", "right", "full", "natural", "outer", "lateral", "only", "asof")
_NO_ALIAS = (*ENDS_FROM, *_JOINS, "on", "using", "as", "tablesample", "with", "values")
SETS = ("union", "intersect", "except")


@dataclass(frozen=True, slots=True)
class Source:
    """What stands in FROM: a relation by its name, or a query with the columns that it returns.

    `columns` is None for a relation; `stars` are sources whose columns a query hands on by `*`.
    """

    alias: str
    schema: str | None = None
    name: str | None = None
    columns: tuple[str, ...] | None = None
    stars: tuple["Source", ...] = ()


def sources_in(branch: list[tuple[Word, Sequence[Word]]], ctes: dict[str, Source]) -> list[Source]:
    """What stands in FROM, and after UPDATE and INTO."""
    found: list[Source] = []
    i, inside_from, expected = 0, False, False
    while i < len(branch):
        word, inside = branch[i]
        if word.says("from", "update", "into"):
            inside_from = expected = True
        elif inside_from and word.says(*ENDS_FROM):
            inside_from = expected = False
        elif inside_from and (word.says("join") or (word.text == "," and not word.is_name)):
            expected = True
        elif expected and word.text == "(" and not word.is_name:
            alias, i = _alias(branch, i + 1)
            if inside and inside[0].says("select", "with", "values"):
                found.append(as_source(alias or "", inside, ctes))
            else:
                found += sources_in([(branch[0][0], ()), *_from(inside)], ctes)
            expected = False
            continue
        elif expected and word.is_name and not word.says(*_JOINS):
            names, i = _dotted(branch, i)
            if i < len(branch) and branch[i][0].text == "(" and not branch[i][0].is_name:
                alias, i = _alias(branch, i + 1)  # a function's rows: its columns are not known
                found.append(Source(alias or names[-1], columns=()))
            else:
                alias, i = _alias(branch, i)
                found.append(_named(names, alias, ctes))
            expected = False
            continue
        i += 1
    return found


def as_source(alias: str, query: Sequence[Word], ctes: dict[str, Source]) -> Source:
    """What a query returns: the names of its select list, of its first branch."""
    known = dict(ctes)
    for name, inside in ctes_of(query):
        known[name.lower()] = as_source(name, inside, known)
    flat = list(flat_words(query))
    start = next((i for i, (word, _) in enumerate(flat) if word.says("select")), None)
    if start is None:
        return Source(alias, columns=())
    end = next((i for i in range(start + 1, len(flat)) if flat[i][0].says("from", *ENDS_FROM)), len(flat))
    stop = next((i for i in range(end, len(flat)) if flat[i][0].says(*SETS)), len(flat))
    columns: list[str] = []
    stars: list[Source] = []
    for item in _items([word for word, _ in flat[start + 1 : end]]):
        if item[-1].text == "*" and not item[-1].is_name:
            inner = sources_in(flat[end:stop], known)
            wanted = item[0].text.lower() if len(item) == 3 else None
            stars += [source for source in inner if wanted in (None, source.alias.lower())]
        elif item[-1].is_name and not item[-1].says("end", "null", "true", "false"):
            columns.append(item[-1].text)
    return Source(alias, columns=tuple(columns), stars=tuple(stars))


def ctes_of(query: Sequence[Word]) -> list[tuple[str, Sequence[Word]]]:
    """`WITH name (...) AS [NOT] [MATERIALIZED] ( query ), ...`, each name with the words of its query."""
    if not query or not query[0].says("with"):
        return []
    found = []
    i = 2 if len(query) > 1 and query[1].says("recursive") else 1
    while i < len(query) and query[i].is_name:
        name = query[i].text
        while i < len(query) and not query[i].says("as", "select"):
            i += 1
        while i < len(query) and query[i].text != "(":
            i += 1
        end = _closing(query, i)
        found.append((name, query[i + 1 : end]))
        i = end + 1
        if i >= len(query) or query[i].text != ",":
            break
        i += 1
    return found


def _closing(query: Sequence[Word], opening: int) -> int:
    depth = 0
    for i in range(opening, len(query)):
        if not query[i].is_name:
            depth += {"(": 1, ")": -1}.get(query[i].text, 0)
            if depth == 0:
                return i
    return len(query)


def flat_words(query: Sequence[Word]) -> Iterator[tuple[Word, Sequence[Word]]]:
    """Each word of this level; an opening parenthesis with the words inside it."""
    i = 0
    while i < len(query):
        word = query[i]
        if word.text == "(" and not word.is_name:
            end = _closing(query, i)
            yield word, query[i + 1 : end]
            i = end + 1
        else:
            yield word, ()
            i += 1


def _from(inside: Sequence[Word]) -> list[tuple[Word, Sequence[Word]]]:
    """A join in parentheses, as if it stood after FROM."""
    return [(Word("from", 0, 0, is_name=True), ()), *flat_words(inside)]


def _dotted(branch: list[tuple[Word, Sequence[Word]]], i: int) -> tuple[list[str], int]:
    names = [branch[i][0].text]
    while i + 2 < len(branch) and branch[i + 1][0].text == "." and branch[i + 2][0].is_name:
        names.append(branch[i + 2][0].text)
        i += 2
    return names, i + 1


def _alias(branch: list[tuple[Word, Sequence[Word]]], i: int) -> tuple[str | None, int]:
    if i < len(branch) and branch[i][0].says("as"):
        i += 1
    if i < len(branch) and branch[i][0].is_name and not branch[i][0].says(*_NO_ALIAS):
        return branch[i][0].text, i + 1
    return None, i


def _named(names: list[str], alias: str | None, ctes: dict[str, Source]) -> Source:
    cte = ctes.get(names[-1].lower()) if len(names) == 1 else None
    if cte is not None:
        return Source(alias or names[-1], columns=cte.columns, stars=cte.stars)
    return Source(alias or names[-1], names[-2] if len(names) > 1 else None, names[-1])


def _items(listed: Sequence[Word]) -> Iterator[list[Word]]:
    item: list[Word] = []
    for word in listed:
        if word.text == "," and not word.is_name:
            if item:
                yield item
            item = []
        elif not word.says("distinct", "all") or item:
            item.append(word)
    if item:
        yield item
