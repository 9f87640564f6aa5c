"""The kind that a new placeholder starts with: by what stands around it, else by its name, else text."""

import re
from collections.abc import Sequence

from app.queries.parameters import ParameterKind
from app.queries.placeholders import Template

_BY_NAME = (
    (ParameterKind.TIMESTAMP, re.compile(r".*(_at|timestamp|datetime)$|time$")),
    (ParameterKind.DATE, re.compile(r"(.*_)?(date|day|since|until)$|from$|to$")),
    (ParameterKind.BOOLEAN, re.compile(r"(is|has|with|only)_.*")),
    (ParameterKind.INTEGER, re.compile(r"(.*_)?(id|count|limit|year|month|hour|number|n)$|(min|max|top)_.*")),
)
_CAST = re.compile(r"\s*(?:::|as\b)\s*([a-z][a-z0-9]*)", re.IGNORECASE)
_CASTS = {
    **dict.fromkeys(("text", "varchar", "uuid", "citext"), ParameterKind.TEXT),
    **dict.fromkeys(("int", "integer", "bigint", "smallint", "int4", "int8"), ParameterKind.INTEGER),
    **dict.fromkeys(("numeric", "decimal", "float", "float8", "real", "double"), ParameterKind.DECIMAL),
    **dict.fromkeys(("bool", "boolean"), ParameterKind.BOOLEAN),
    "date": ParameterKind.DATE,
    **dict.fromkeys(("timestamp", "timestamptz"), ParameterKind.TIMESTAMP),
}
_AFTER = (
    (ParameterKind.CHOICES, re.compile(r"\b(any|all)\s*\(\s*\Z", re.IGNORECASE)),
    (ParameterKind.INTEGER, re.compile(r"\b(limit|offset)\s*\Z", re.IGNORECASE)),
    (ParameterKind.TEXT, re.compile(r"\bi?like\s*\Z", re.IGNORECASE)),
)
_NEAR = 60  # characters that are looked at on each side
_TIMES = (ParameterKind.TIMESTAMP, ParameterKind.TIMESTAMP_RANGE)


def guess_kind(template: Template, name: str, kinds: Sequence[ParameterKind]) -> ParameterKind:
    """One of `kinds`."""
    guessed = _by_context(template, name) or _by_name(name)
    if guessed in kinds:
        return guessed
    timed = guessed in _TIMES and ParameterKind.TIMESTAMP_RANGE in kinds
    return ParameterKind.TIMESTAMP_RANGE if timed else kinds[0]


def _by_name(name: str) -> ParameterKind:
    return next((kind for kind, names in _BY_NAME if names.match(name.lower())), ParameterKind.TEXT)


def _by_context(template: Template, name: str) -> ParameterKind | None:
    for place, used in enumerate(template.names):
        if used.partition(".")[0] != name:
            continue
        cast = _CAST.match(template.parts[place + 1][:_NEAR])
        if cast and (kind := _CASTS.get(cast[1].lower())):
            return kind
        before = template.parts[place][-_NEAR:]
        for kind, words in _AFTER:
            if words.search(before):
                return kind
    return None
