"""Just enough of Postgres' lexical rules to see where a statement ends (standard_conforming_strings on)."""

import re

# https://www.postgresql.org/docs/current/sql-syntax-lexical.html
_TOKEN = re.compile(
    r"""
      (?P<space> \s+ | --[^\n\r]* )
    | (?P<comment> /\* )
    | (?P<end> ; )
    | [eE]'(?:[^'\\]|\\.|'')*'(?:\s*[\n\r]\s*'(?:[^'\\]|\\.|'')*')*
    | '(?:[^']|'')*'
    | "(?:[^"]|"")*"
    | (?P<word> [^\W\d][\w$]* )
    | (?P<dollar> \$(?:[^\W\d]\w*)?\$ )
    | .
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_EDGE = re.compile(r"/\*|\*/")


def without_final_semicolon(sql: str) -> str:
    """`sql` up to its last token, without a `;` and comments that may follow; empty if it says nothing."""
    last = 0
    for kind, _, end in _tokens(sql):
        if kind not in ("space", "comment", "end"):
            last = end
    return sql[:last]


def first_word(sql: str) -> str:
    """The keyword with which a statement begins, in lower case; empty if it begins with anything else."""
    for kind, start, end in _tokens(sql):
        if kind == "word":
            return sql[start:end].lower()
        if kind not in ("space", "comment") and sql[start:end] != "(":
            break
    return ""


def _tokens(sql: str) -> list[tuple[str | None, int, int]]:
    found = []
    at = 0
    while match := _TOKEN.match(sql, at):
        kind, end = match.lastgroup, match.end()
        if kind == "comment":
            closing = _end_of_comment(sql, end)
            kind = kind if closing else None  # one that never ends is the server's to complain of
            end = closing or len(sql)
        elif kind == "dollar":
            closing = sql.find(match.group(), end)
            end = len(sql) if closing < 0 else closing + len(match.group())
        found.append((kind, at, end))
        at = end
    return found


def _end_of_comment(sql: str, at: int) -> int | None:
    """Comments nest, so `at` is moved from edge to edge until the depth is 0 again. None if it never is."""
    depth = 1
    while depth and (edge := _COMMENT_EDGE.search(sql, at)):
        depth += 1 if edge.group() == "/*" else -1
        at = edge.end()
    return at if depth == 0 else None
