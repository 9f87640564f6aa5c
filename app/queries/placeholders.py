"""Finding `{{ name }}` in SQL, where a value can be bound and nowhere else."""

import re
from collections.abc import Set
from dataclasses import dataclass

from app.core.errors import Invalid
from app.core.text import unstorable
from app.datasources.connectors.scan import Token, TokenKind, scan
from app.queries.clauses import BadClause, Clause, find_clauses, resolve_clauses

LONGEST_SQL = 1_000_000
LONGEST_NAME = 63
MOST_PARAMETERS = 100

_PLACEHOLDER = re.compile(r"\{\{\s*+([A-Za-z_][A-Za-z0-9_]*+)(\.(?:start|end))?\s*+\}\}")
_LIKE_PLACEHOLDER = re.compile(r"\{\{\s*+([A-Za-z_][A-Za-z0-9_]*+(?:\.[A-Za-z_]++)?)\s*+\}\}")
_OPENING = re.compile(r"\{\{")
_NAME_BEFORE = re.compile(r"[A-Za-z0-9_$.\"\x80-\U0010ffff]")
_NAME_AFTER = re.compile(r"[A-Za-z0-9_\"\x80-\U0010ffff]")
_NO_NAMES = (
    "A placeholder stands for a value, not for a table or a column: write the name out, or choose with CASE."
)


class BadSql(Invalid):
    """SQL that cannot be a template; `position` is the place at fault, from 1, in characters."""

    def __init__(self, sentence: str, position: int | None = None) -> None:
        super().__init__(sentence, fields={"sql": sentence})
        self.position = position


@dataclass(frozen=True, slots=True)
class Template:
    """SQL taken apart: `parts[0] {{ names[0] }} parts[1] ...`; part i begins at `sql[part_starts[i]]`.

    A name is written as in the text without braces: `carrier`, `period.start`. `clauses` are optional.
    """

    sql: str
    parts: tuple[str, ...]
    names: tuple[str, ...]
    part_starts: tuple[int, ...]
    clauses: tuple[Clause, ...] = ()

    @property
    def distinct(self) -> tuple[str, ...]:
        """The parameters' names, in order of first use: `period` for both of its bounds."""
        return tuple(dict.fromkeys(name.partition(".")[0] for name in self.names))

    def bounds_of(self, name: str) -> set[str]:
        """How a parameter is used: some of `""` (alone), `"start"` and `"end"`."""
        return {bound for base, _, bound in (used.partition(".") for used in self.names) if base == name}

    @property
    def optional(self) -> frozenset[str]:
        """Parameters that stand in optional clauses only."""
        if not self.clauses:
            return frozenset()
        ends = zip(self.names, self.part_starts[1:], strict=True)
        outside = {name for name, end in ends if not any(c.start < end <= c.end for c in self.clauses)}
        return frozenset(self.distinct) - {name.partition(".")[0] for name in outside}

    def without(self, absent: Set[str]) -> "Template":
        """The template as it runs: without the clauses in which one of these parameters stands.

        It has no clauses any more, and every character stands where it stood.
        """
        if not self.clauses:
            return self
        ends = [
            end
            for name, end in zip(self.names, self.part_starts[1:], strict=True)
            if name.partition(".")[0] in absent
        ]
        kept = {c for c in self.clauses if not any(c.start < end <= c.end for end in ends)}
        return parse_template(resolve_clauses(self.sql, self.clauses, kept))


def parse_template(sql: str) -> Template:
    """Take SQL apart at its placeholders.

    Raises BadSql, with field `sql`, for a placeholder inside a string, a comment or an identifier, a bad
    name, `{{` or `[[` left open, a clause inside another, `$1`, no statement at all, text that Postgres
    cannot keep or beyond LONGEST_SQL.
    """
    _check_text(sql)
    tokens = scan(sql)
    _check_statement(sql, tokens)
    parts: list[str] = []
    names: list[str] = []
    starts = [0]
    for token in tokens:
        if token.kind is TokenKind.NUMBERED:
            word = sql[token.start : token.end]
            raise _fault(sql, token.start, f"{word} has no value here. Write {{{{ name }}}} in its place.")
        if token.kind is not TokenKind.CODE:
            _refuse_inside(sql, token)
            continue
        at = token.start
        while opening := _OPENING.search(sql, at, token.end):
            found = _placeholder(sql, opening.start())
            parts.append(sql[starts[-1] : found.start()])
            names.append(found[1] + (found[2] or ""))
            starts.append(found.end())
            at = found.end()
    parts.append(sql[starts[-1] :])
    try:
        clauses = find_clauses(sql, tokens, [end - 2 for end in starts[1:]])
    except BadClause as bad:
        raise _fault(sql, bad.at, str(bad)) from None
    template = Template(sql, tuple(parts), tuple(names), tuple(starts), clauses)
    if len(template.distinct) > MOST_PARAMETERS:
        raise BadSql(
            f"There are {len(template.distinct)} parameters; at most {MOST_PARAMETERS} are possible."
        )
    return template


def _check_text(sql: str) -> None:
    if len(sql) > LONGEST_SQL:
        raise BadSql(f"The SQL has {len(sql):,} characters; at most {LONGEST_SQL:,} are possible.")
    if problem := unstorable(sql):
        raise BadSql(problem)


def _check_statement(sql: str, tokens: list[Token]) -> None:
    spoken = (sql[t.start : t.end] for t in tokens if t.kind is not TokenKind.COMMENT)
    if not any(text.strip(" \t\r\n\f\v;") for text in spoken):
        raise BadSql(
            "There are only comments here. Write a statement."
            if sql.strip(" \t\r\n\f\v;")
            else "Write some SQL."
        )


def _placeholder(sql: str, at: int) -> re.Match[str]:
    found = _PLACEHOLDER.match(sql, at)
    if not found:
        raise _malformed(sql, at)
    if len(found[1]) > LONGEST_NAME:
        raise _fault(sql, at, f"The name of a parameter has at most {LONGEST_NAME} characters.")
    before, after = sql[at - 1 : at], sql[found.end() : found.end() + 1]
    if _NAME_BEFORE.match(before) or _NAME_AFTER.match(after):
        raise _fault(sql, at, f"{{{{ {found[1]} }}}} is part of a name. {_NO_NAMES}")
    return found


def _malformed(sql: str, at: int) -> BadSql:
    close = sql.find("}}", at, at + 200)
    if close < 0:
        return _fault(sql, at, "{{ is left open. Write {{ name }} with two closing braces.")
    inside = sql[at + 2 : close].strip()
    if not inside:
        return _fault(sql, at, "This placeholder has no name. Write {{ name }}.")
    name = inside if len(inside) <= 40 else inside[:39] + "…"
    return _fault(
        sql,
        at,
        f"“{name}” is no name for a parameter. Use letters, digits and _, starting with a letter;"
        " a range has .start and .end.",
    )


def _refuse_inside(sql: str, token: Token) -> None:
    found = _LIKE_PLACEHOLDER.search(sql, token.start, token.end)
    if not found:
        return
    name = f"{{{{ {found[1][:LONGEST_NAME]} }}}}"
    sentence = {
        TokenKind.STRING: f"{name} is inside quotes. A value is bound, not pasted: write {name} without"
        f" quotes around it, or join it as in '%' || {name} || '%'.",
        TokenKind.COMMENT: f"{name} is inside a comment. Take off its braces, or remove the comment.",
        TokenKind.IDENTIFIER: f"{name} is inside a quoted name. {_NO_NAMES}",
    }[token.kind]
    raise _fault(sql, found.start(), sentence)


def _fault(sql: str, at: int, sentence: str) -> BadSql:
    line = sql.count("\n", 0, at) + 1
    return BadSql(f"Line {line}: {sentence}" if "\n" in sql else sentence, at + 1)
