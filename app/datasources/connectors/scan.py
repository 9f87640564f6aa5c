"""Which stretches of a statement are code, strings, quoted identifiers or comments, by Postgres' rules.

They are those of "Lexical Structure", chapter 4.1 of its manual, with standard_conforming_strings on. The
prefixes B, X, N and U& change what a string means but not where it ends, so they count as code in front of
an ordinary string; only E'..' has escapes of its own.
"""

import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple


class TokenKind(Enum):
    CODE = "code"
    STRING = "string"
    IDENTIFIER = "identifier"
    COMMENT = "comment"
    NUMBERED = "numbered"


class Token(NamedTuple):
    """`sql[start:end]` is of one kind. IDENTIFIER means a quoted one, NUMBERED a parameter such as `$1`."""

    kind: TokenKind
    start: int
    end: int


# Every quantifier that could give characters back is possessive: no input takes more than linear time.
_LETTER = r"[A-Za-z_\x80-\U0010ffff]"
_WORD = rf"{_LETTER}[A-Za-z0-9_$\x80-\U0010ffff]*+"
_TAG = rf"{_LETTER}[A-Za-z0-9_\x80-\U0010ffff]*+"
_ESCAPED = r"(?:[^'\\]++|''|\\(?:.|\Z))*+'?"
_CODE = re.compile(
    rf"(?:[^'\"$\-/A-Za-z_\x80-\U0010ffff]++|(?![eE]'){_WORD}|-(?!-)|/(?!\*)|\$(?![0-9]|(?:{_TAG})?\$))++"
)
_STRING = re.compile(r"'(?:[^']++|'')*+'?")
_ESCAPE_STRING = re.compile(
    rf"[eE]'{_ESCAPED}"
    # a string goes on after white space with a line break in it, and keeps its escapes
    rf"(?:(?<=')(?:[ \t\f\v]|--[^\n\r]*+)*+[\n\r](?:[ \t\n\r\f\v]|--[^\n\r]*+[\n\r])*+'{_ESCAPED})*+",
    re.DOTALL,
)
_IDENTIFIER = re.compile(r'"(?:[^"]++|"")*+"?')
_LINE_COMMENT = re.compile(r"--[^\n\r]*+")
_COMMENT_EDGE = re.compile(r"/\*|\*/")
_DOLLAR = re.compile(rf"\$(?:{_TAG})?\$")
_NUMBERED = re.compile(r"\$[0-9]++")


def scan(sql: str) -> list[Token]:
    """Tokens that cover the text without gaps, in time linear to its length.

    Never raises: a string, identifier or comment that is not closed runs to the end.
    """
    return list(_tokens(sql))


def _tokens(sql: str) -> Iterator[Token]:
    at = 0
    while at < len(sql):
        kind, end = _next(sql, at)
        yield Token(kind, at, end)
        at = end


def _next(sql: str, at: int) -> tuple[TokenKind, int]:
    if code := _CODE.match(sql, at):
        return TokenKind.CODE, code.end()
    first = sql[at]
    if first == "'":
        return TokenKind.STRING, _end(_STRING, sql, at)
    if first in "eE":
        return TokenKind.STRING, _end(_ESCAPE_STRING, sql, at)
    if first == '"':
        return TokenKind.IDENTIFIER, _end(_IDENTIFIER, sql, at)
    if first == "-":
        return TokenKind.COMMENT, _end(_LINE_COMMENT, sql, at)
    if first == "/":
        return TokenKind.COMMENT, _end_of_comment(sql, at)
    if tag := _DOLLAR.match(sql, at):
        close = sql.find(tag[0], tag.end())
        return TokenKind.STRING, len(sql) if close < 0 else close + len(tag[0])
    return TokenKind.NUMBERED, _end(_NUMBERED, sql, at)


def _end(pattern: re.Pattern[str], sql: str, at: int) -> int:
    found = pattern.match(sql, at)
    assert found, "the first character was looked at"
    return found.end()


def _end_of_comment(sql: str, at: int) -> int:
    """Block comments nest, as in the SQL standard."""
    depth = 0
    for edge in _COMMENT_EDGE.finditer(sql, at):
        depth += 1 if edge[0] == "/*" else -1
        if depth == 0:
            return edge.end()
    return len(sql)


def is_open_comment(text: str) -> bool:
    """Whether a comment's text begins a block that never ends."""
    edges = _COMMENT_EDGE.findall(text) if text.startswith("/*") else []
    return edges.count("/*") > edges.count("*/")
