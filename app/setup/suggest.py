"""A first query over a table, and its chart, from nothing but names and types of its columns.

Every statement counts rows, so that no type and no value can spoil it: over the days of a date, else over the
values of a column that looks like a category, else all of them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.datasources.connectors.naming import qualified, quoted

MOST_CATEGORIES = 30
_TIME = re.compile(r"date$|timestamp\b")
_TEXT = re.compile(r"text$|character|varchar|bpchar|char\b|name$|enum|citext|bool")
# What tells rows apart rather than together.
_NAMES_ONE = re.compile(r"(^|_)(id|uuid|guid|key|hash|token|email|mail|url|phone|password|comment|notes?)$")
_WHEN = re.compile(r"(created|happened|occurred|ordered|started|placed|event|time|date|day)")
_KIND = re.compile(r"(status|state|type|kind|category|country|region|group|class|level|channel|carrier)")


@dataclass(frozen=True, slots=True)
class First:
    """A query and the one chart that suits it."""

    name: str
    sql: str
    chart: str
    kind: str
    options: dict[str, Any]


def first_query(schema: str, relation: str, columns: Sequence[tuple[str, str]]) -> First:
    """`columns` are names and types as the database prints them."""
    table = qualified(schema, relation)
    if day := _best(columns, _TIME, _WHEN):
        return _by_day(relation, table, day)
    if label := _best(columns, _TEXT, _KIND):
        return _by_label(relation, table, label)
    sql = f"SELECT count(*) AS rows\n  FROM {table}\n"
    return First(_name("Rows of", relation), sql, "Number of rows", "stat", {"value": "rows"})


def _by_day(relation: str, table: str, column: str) -> First:
    sql = (
        f"SELECT CAST({quoted(column)} AS date) AS day,\n       count(*) AS rows\n  FROM {table}\n"
        f" WHERE {quoted(column)} IS NOT NULL\n GROUP BY 1\n ORDER BY 1\n"
    )
    return First(_name("By day:", relation), sql, "Rows by day", "line", {"x": "day", "y": ["rows"]})


def _by_label(relation: str, table: str, column: str) -> First:
    # A name of its own: the column may be called `rows`, too.
    sql = (
        f"SELECT {quoted(column)} AS label,\n       count(*) AS rows\n  FROM {table}\n"
        f" GROUP BY 1\n ORDER BY 2 DESC\n LIMIT {MOST_CATEGORIES}\n"
    )
    chart = f"Rows by {column}"[:100]
    return First(_name(f"By {column}:", relation), sql, chart, "bar", {"x": "label", "y": ["rows"]})


def _best(columns: Sequence[tuple[str, str]], types: re.Pattern[str], names: re.Pattern[str]) -> str | None:
    """Of the columns of such a type one that is called so, else the first that does not name one row."""
    fitting = [
        name for name, type in columns if types.search(_plain(type)) and not _NAMES_ONE.search(name.lower())
    ]
    return next((name for name in fitting if names.search(name.lower())), next(iter(fitting), None))


def _plain(type: str) -> str:
    """`timestamp(3) with time zone` as `timestamp`; nothing of an array."""
    lower = type.lower()
    return "" if lower.endswith("[]") else re.sub(r"\s*\([^)]*\)|\s+with(out)? time zone", "", lower)


def _name(before: str, relation: str) -> str:
    return f"{before} {relation}"[:100].replace("{{", "").replace("}}", "")
