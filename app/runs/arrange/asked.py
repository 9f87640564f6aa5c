"""How a result is asked for: sorted by columns, filtered by conditions, searched for a text."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, StrictBool, StrictFloat, StrictInt, StrictStr, ValidationError

from app.core.errors import Invalid
from app.core.text import unstorable
from app.datasources.connectors.base import ColumnKind
from app.runs.models import ResultColumn
from app.web.forms import messages

MOST_SORTS = 8
MOST_FILTERS = 32
MOST_VALUES = 200
LONGEST_SEARCH = 200

Scalar = StrictBool | StrictInt | StrictFloat | StrictStr


class Op(StrEnum):
    """What a filter says of a value. The negative ones are true of NULL, all others but `is_null` false."""

    EQ = "eq"
    NE = "ne"
    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"
    BETWEEN = "between"
    IN = "in"
    NOT_IN = "not_in"
    CONTAINS = "contains"
    NOT_CONTAINS = "not_contains"
    STARTS_WITH = "starts_with"
    ENDS_WITH = "ends_with"
    IS_NULL = "is_null"
    NOT_NULL = "not_null"


UNORDERED = frozenset({Op.EQ, Op.NE, Op.IN, Op.NOT_IN, Op.IS_NULL, Op.NOT_NULL})
VALUES_OF = {Op.IS_NULL: 0, Op.NOT_NULL: 0, Op.BETWEEN: 2, Op.IN: -1, Op.NOT_IN: -1}  # one where not named


class Asked(BaseModel):
    """White space in values and names counts, unlike in forms."""

    model_config = ConfigDict(extra="forbid")


class Sort(Asked):
    column: StrictStr | StrictInt
    descending: bool = False
    nulls: Literal["first", "last"] = "last"


class Filter(Asked):
    column: StrictStr | StrictInt
    op: Op
    value: Scalar | list[Scalar] | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """Sort by the column at this position."""

    position: int
    descending: bool
    nulls_first: bool


@dataclass(frozen=True, slots=True)
class Condition:
    """Keep the rows of which `op` is true with these values."""

    position: int
    kind: ColumnKind
    op: Op
    values: tuple[Any, ...]
    at: str  # the member of the request that asks for it, for what is wrong with its value


@dataclass(frozen=True, slots=True)
class Arrangement:
    keys: tuple[Key, ...] = ()
    conditions: tuple[Condition, ...] = ()
    search: str = ""

    def __bool__(self) -> bool:
        return bool(self.keys or self.conditions or self.search)


def read_arrangement(sort: str, filters: str, search: str, columns: Sequence[ResultColumn]) -> Arrangement:
    """`sort` and `filters` are JSON lists of Sort and Filter, or empty.

    Raises Invalid at `sort.0.column`, `filter.2.value` and the like.
    """
    problems: dict[str, str] = {}
    keys = [
        Key(column.position, asked.descending, asked.nulls == "first")
        for at, asked in _read("sort", sort, Sort, MOST_SORTS, problems)
        if (column := _column(f"{at}.column", asked.column, columns, problems))
    ]
    conditions = [
        Condition(column.position, ColumnKind(column.kind), asked.op, _values(at, asked, problems), at)
        for at, asked in _read("filter", filters, Filter, MOST_FILTERS, problems)
        if (column := _column(f"{at}.column", asked.column, columns, problems))
        and _fits(at, asked.op, column, problems)
    ]
    if len(search) > LONGEST_SEARCH:
        problems["search"] = f"Use at most {LONGEST_SEARCH} characters."
    elif problem := unstorable(search):
        problems["search"] = problem
    if problems:
        raise Invalid(" ".join(problems.values()), fields=problems)
    return Arrangement(tuple(keys), tuple(conditions), search)


def column_named(name: str | None, position: str | None, columns: Sequence[ResultColumn]) -> ResultColumn:
    """The column of an address, by name or by position from 0. Raises Invalid at `column` or `position`."""
    problems: dict[str, str] = {}
    if position is not None:
        asked = int(position) if position.isascii() and position.isdigit() and len(position) < 6 else -1
        found = _column("position", asked, columns, problems)
    else:
        found = _column("column", name or "", columns, problems)
    if found is None:
        raise Invalid(" ".join(problems.values()), fields=problems)
    return found


M = TypeVar("M", bound=Asked)


def _read(name: str, text: str, model: type[M], most: int, problems: dict[str, str]) -> list[tuple[str, M]]:
    """(`name.0`, the model) of each that is well-formed."""
    try:
        items = json.loads(text) if text else []
    except (ValueError, RecursionError):
        items = None
    if not isinstance(items, list):
        problems[name] = "Send a JSON list of objects."
        return []
    if len(items) > most:
        problems[name] = f"Use at most {most}."
        return []
    found = []
    for number, item in enumerate(items):
        try:
            found.append((f"{name}.{number}", model.model_validate(item)))
        except ValidationError as error:
            for field, sentence in messages(error).items():
                problems.setdefault(f"{name}.{number}.{field.partition('.')[0]}", sentence)
    return found


def _column(
    at: str, asked: str | int, columns: Sequence[ResultColumn], problems: dict[str, str]
) -> ResultColumn | None:
    """By its name, the first of that name; or by its position from 0."""
    for column in columns:
        if asked == (column.name if isinstance(asked, str) else column.position):
            return column
    shown = f"“{asked}”" if isinstance(asked, str) else f"at position {asked}"
    problems[at] = f"The result has no column {shown}."
    return None


def _fits(at: str, op: Op, column: ResultColumn, problems: dict[str, str]) -> bool:
    if column.kind == ColumnKind.BOOLEAN and op not in UNORDERED:
        problems[f"{at}.op"] = f"“{column.name}” is boolean: use {', '.join(sorted(UNORDERED))}."
        return False
    return True


def _values(at: str, asked: Filter, problems: dict[str, str]) -> tuple[Any, ...]:
    wanted = VALUES_OF.get(asked.op, 1)
    given = asked.value if isinstance(asked.value, list) else [] if asked.value is None else [asked.value]
    if wanted >= 0 and len(given) != wanted:
        what = ("no value", "one value", "a list of two values")[wanted]
        problems[f"{at}.value"] = f"{asked.op} takes {what}. For NULL there is is_null."
    elif wanted < 0 and not 1 <= len(given) <= MOST_VALUES:
        problems[f"{at}.value"] = f"{asked.op} takes a list of 1 to {MOST_VALUES} values."
    for text in given:
        if isinstance(text, str) and (problem := unstorable(text)):
            problems[f"{at}.value"] = problem
    return tuple(given)
