"""Marks on a time axis, as the stored result of another query gives them: `time`, `time_end` and `text`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core.errors import Conflict
from app.queries.models import Query
from app.runs.models import ResultColumn
from app.runs.results import some_columns
from app.visualizations.find import newest_result
from app.visualizations.kinds.base import TIMES

MOST = 500
NAMES = ("time", "time_end", "text")


@dataclass(frozen=True, slots=True)
class Annotations:
    """`marks` are (time, time_end, text) in the result's order, moments in epoch milliseconds or None.

    `time` is the column that they stand by; `cut` when the result has more rows than are read.
    """

    run_id: int
    time: ResultColumn
    marks: list[tuple[Any, Any, Any]]
    cut: bool


def annotations_of(session: Session, actor: Actor, query: Query) -> Annotations:
    """From the newest stored result that the actor may see; nothing is run. Rows without a time are left out.

    Raises Conflict when there is none, or when its columns do not serve.
    """
    result = newest_result(session, actor, query)
    if result is None:
        raise Conflict(f"{query.name} has no stored result. Run it once, then its rows are marked here.")
    by_name = {column.name.lower(): column for column in reversed(result.columns)}
    time = by_name.get("time")
    if time is None:
        there = ", ".join(column.name for column in result.columns[:6]) or "none"
        raise Conflict(
            f"{query.name} must return a column time, and may return time_end and text;"
            f" its columns are: {there}."
        )
    for name in NAMES[:2]:
        if name in by_name and by_name[name].kind not in TIMES:
            raise Conflict(
                f"{query.name} must return dates or time stamps as {name}, not {by_name[name].type}."
            )
    chosen = [by_name[name] for name in NAMES if name in by_name]
    found = some_columns(session, result.run, [column.name for column in chosen], MOST)
    marks = _rows([column.name.lower() for column in chosen], found.values)
    return Annotations(result.run.id, time, [mark for mark in marks if mark[0] is not None], found.cut)


def _rows(names: Sequence[str], values: Sequence[list[Any]]) -> list[tuple[Any, Any, Any]]:
    many = len(values[0])
    columns = [values[names.index(name)] if name in names else [None] * many for name in NAMES]
    return list(zip(*columns, strict=True))
