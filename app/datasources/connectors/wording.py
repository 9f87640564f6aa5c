"""Where a statement ends, and the word it begins with."""

import re

from app.datasources.connectors.scan import TokenKind, is_open_comment, scan

_SPACE = " \t\n\r\f\v"
_WORD = re.compile(r"[^\W\d][\w$]*")


def without_final_semicolon(sql: str) -> str:
    """`sql` up to its last token, without a `;` and comments that may follow; empty if it says nothing."""
    for token in reversed(scan(sql)):
        text = sql[token.start : token.end]
        if token.kind is TokenKind.COMMENT and not is_open_comment(text):
            continue
        kept = text.rstrip(_SPACE + ";") if token.kind is TokenKind.CODE else text
        if kept:
            return sql[: token.start + len(kept)]
    return ""


def first_word(sql: str) -> str:
    """The keyword with which a statement begins, in lower case; empty if it begins with anything else."""
    for token in scan(sql):
        text = sql[token.start : token.end].lstrip(_SPACE + "(")
        if token.kind is TokenKind.COMMENT or not text:
            continue
        word = _WORD.match(text) if token.kind is TokenKind.CODE else None
        return word[0].lower() if word else ""
    return ""
