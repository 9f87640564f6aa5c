"""SQL as words, names in quotes and signs, for finding out what a statement speaks of. No parser: the text is
seldom whole while somebody types."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.datasources.connectors.scan import TokenKind, scan

_PIECE = re.compile(r"\{\{[^{}\n]*\}\}|[^\W\d][\w$]*|\d[\w.]*|\S")


@dataclass(frozen=True, slots=True)
class Word:
    """`text` is a name without its quotes, a word as written, or one sign. A value is an empty sign."""

    text: str
    start: int
    end: int
    is_name: bool = False
    is_quoted: bool = False

    def says(self, *keywords: str) -> bool:
        return self.is_name and not self.is_quoted and self.text.lower() in keywords


def words(sql: str) -> list[Word]:
    """Comments are left out. Places are in characters."""
    return list(_words(sql))


def _words(sql: str) -> Iterator[Word]:
    for token in scan(sql):
        text = sql[token.start : token.end]
        if token.kind is TokenKind.IDENTIFIER:
            name = text[1:].removesuffix('"').replace('""', '"')
            yield Word(name, token.start, token.end, is_name=True, is_quoted=True)
        elif token.kind in (TokenKind.STRING, TokenKind.NUMBERED):
            yield Word("", token.start, token.end)
        elif token.kind is TokenKind.CODE:
            for piece in _PIECE.finditer(text):
                at, end = token.start + piece.start(), token.start + piece.end()
                first = piece[0][0]
                if first.isdigit() or piece[0].startswith("{{"):
                    yield Word("", at, end)
                elif len(piece[0]) > 1 or first.isalpha() or first == "_":
                    yield Word(piece[0], at, end, is_name=True)
                elif first not in "[]":
                    yield Word(first, at, end)


def in_text(sql: str, offset: int) -> bool:
    """Whether a place lies inside a string or a comment, where nothing is to be completed."""
    for token in scan(sql):
        if token.start < offset <= token.end and token.kind in (TokenKind.STRING, TokenKind.COMMENT):
            last = sql[token.end - 1] if token.kind is TokenKind.STRING else ""
            closed = token.kind is TokenKind.STRING and token.end - token.start > 1 and last in "'$"
            block = token.kind is TokenKind.COMMENT and sql[token.start : token.end].endswith("*/")
            if offset < token.end or not (closed or block):
                return True
    return False
