"""Reading telemetry: values with their series, events, statistics. Whose it is, is always said by the caller.

`Scope(org_id=3)` sees what belongs to that org; with `installation` also what belongs to none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.telemetry.questions import Question

FEW = 50  # series that are looked up one by one; with more, the values are walked along by time

_OURS = "(org_id = :org_id or :installation and org_id is null)"
_SERIES = "select id from metric_series where {ours}{narrowed} order by id"
_ONE_BY_ONE = """
select series.category, series.name, series.target, series.tags as series_tags, series.description, found.*
from metric_series series, lateral (
    select time, value, unit, success, duration_ms, tags from metric_values
    where series_id = series.id and time >= :start and time < :end
    order by time {order} limit :limit
) found
where series.id = any(:series_ids) order by time {order} limit :limit
"""
_BY_TIME = """
select series.category, series.name, series.target, series.tags as series_tags, series.description,
       time, value, unit, success, duration_ms, found.tags
from metric_values found join metric_series series on series.id = series_id
where series_id = any(:series_ids) and time >= :start and time < :end
order by time {order} limit :limit
"""
_EVENTS = """
select time, org_id, source, kind, severity, message, payload from telemetry_events
where time >= :start and time < :end and {ours}{narrowed} order by time {order} limit :limit
"""
_STATISTICS = """
select category, count(*) as total, count(*) filter (where success) as success,
       count(*) filter (where not success) as failure
from metric_series join metric_values on series_id = id
where time >= :start and time < :end and {ours}{narrowed} group by category order by category
"""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose telemetry may be read: an org's, and with `installation` what belongs to no org."""

    org_id: int
    installation: bool = False


@dataclass(frozen=True, slots=True)
class Statistics:
    """How many values a category has, by success."""

    category: str
    total: int
    success: int
    failure: int


def read_metrics(session: Session, scope: Scope, question: Question) -> Sequence[Row[Any]]:
    """Rows of category, name, target, series_tags, description, then the columns of a value."""
    values = _values(scope, question)
    narrowed = _narrowed(question.words)
    found = session.scalars(text(_SERIES.format(ours=_OURS, narrowed=narrowed)), values)
    values["series_ids"] = series_ids = list(found)
    if not series_ids:
        return []
    statement = _ONE_BY_ONE if len(series_ids) <= FEW else _BY_TIME
    return session.execute(text(statement.format(order=_order(question))), values).all()


def read_events(session: Session, scope: Scope, question: Question) -> Sequence[Row[Any]]:
    """Rows of time, org_id, source, kind, severity, message, payload."""
    narrowed, order = _narrowed(question.words), _order(question)
    statement = text(_EVENTS.format(ours=_OURS, narrowed=narrowed, order=order))
    return session.execute(statement, _values(scope, question)).all()


def read_statistics(session: Session, scope: Scope, question: Question) -> list[Statistics]:
    """By category; those without values are left out."""
    statement = text(_STATISTICS.format(ours=_OURS, narrowed=_narrowed(question.words)))
    return [Statistics(*row) for row in session.execute(statement, _values(scope, question))]


def _narrowed(words: Mapping[str, str]) -> str:
    """Names are of our own closed list (`questions.py`); what they shall equal is bound."""
    return "".join(f" and {name} = :{name}" for name in words)


def _values(scope: Scope, question: Question) -> dict[str, Any]:
    return {
        "org_id": scope.org_id,
        "installation": scope.installation,
        "start": question.start,
        "end": question.end,
        "limit": question.limit,
        **question.words,
    }


def _order(question: Question) -> str:
    return "desc" if question.newest_first else "asc"
