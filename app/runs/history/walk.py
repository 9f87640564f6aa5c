"""Walk runs in order along one index, and pick on the way what else is asked for.

No index serves every combination of filters. The filter that promises the fewest runs chooses the index; the
others are looked at on the way, for at most STEPS runs: a page takes as long with a million runs as with few.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, column, literal_column, select, true, tuple_, values

from app.queries.models import Query, QueryVersion
from app.runs.history.cursor import Cursor
from app.runs.history.filters import Filters
from app.runs.models import Run, RunState

STEPS = 20_000
FEWEST_STEPS = 1_000  # of each version, when a query has many, or of each state

RUNS: Any = Run.__table__.c
SEEN = (RUNS.queued_at, RUNS.id, RUNS.state, RUNS.trigger, RUNS.requested_by, RUNS.datasource_id)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters with what they name looked up, and where to begin.

    `seer_id` is set for somebody who does not see all runs (`runs.seen`).
    """

    org_id: int
    filters: Filters
    requester_id: int | None = None
    query: Query | None = None
    cursor: Cursor | None = None
    seer_id: int | None = None


def nearest(wanted: Wanted, limit: int) -> Select[Any]:
    """`queued_at` and `id` of up to `limit` runs, those nearest to the cursor first."""
    along, others = _path(wanted)
    walked = _walk(wanted, along, _steps(wanted, along) if others else limit).subquery()
    picked = [_holds(name, wanted, walked.c) for name in others]
    keys = select(walked.c.queued_at, walked.c.id).where(*picked)
    return _in_order(keys, walked.c, wanted).limit(limit)


def last_step(wanted: Wanted) -> Select[Any] | None:
    """Selects the place of the last run that the walk looks at; None for a walk that is never cut short."""
    along, others = _path(wanted)
    if not others:
        return None
    steps = _steps(wanted, along)
    walked = _walk(wanted, along, steps).subquery()
    return _in_order(select(walked.c.queued_at, walked.c.id), walked.c, wanted).offset(steps - 1).limit(1)


def _path(wanted: Wanted) -> tuple[str, list[str]]:
    """The filter whose index is walked, `org` for none, and the filters that are looked at on the way."""
    filters, rare = wanted.filters, []
    if filters.states and RunState.SUCCEEDED not in filters.states:
        rare.append("state")
    if wanted.query:
        rare.append("query")
    if wanted.requester_id is not None:
        rare.append("requester")
    if filters.datasource_id is not None:
        rare.append("datasource")
    common = ["trigger"] if filters.triggers else []
    if RunState.SUCCEEDED in filters.states:
        common.append("state")
    if wanted.seer_id is not None and not wanted.query and wanted.requester_id != wanted.seer_id:
        common.append("listed")
    return (rare[0], rare[1:] + common) if rare else ("org", common)


def _steps(wanted: Wanted, along: str) -> int:
    ways = len(wanted.filters.states) if along == "state" else 1
    if along == "query" and wanted.query:
        ways = wanted.query.latest
    return max(STEPS // ways, FEWEST_STEPS) if ways > 1 else STEPS


def _walk(wanted: Wanted, along: str, steps: int) -> Select[Any]:
    filters = wanted.filters
    within = [RUNS.org_id == wanted.org_id]
    if filters.begin:
        within.append(RUNS.queued_at >= filters.begin)
    if filters.end:
        within.append(RUNS.queued_at < filters.end)
    if cursor := wanted.cursor:
        place, beyond = tuple_(RUNS.queued_at, RUNS.id), tuple_(cursor.queued_at, cursor.run_id)
        within.append(place > beyond if cursor.newer else place < beyond)
    if along == "query":
        return _of_versions(select(*SEEN, RUNS.query_version_id).where(*within), wanted, steps)
    if along == "state":
        return _of_states(select(*SEEN, RUNS.query_version_id).where(*within), wanted, steps)
    if along != "org":
        within.append(_holds(along, wanted, RUNS))
    return _in_order(select(*SEEN, RUNS.query_version_id).where(*within), RUNS, wanted).limit(steps)


def _of_versions(runs: Select[Any], wanted: Wanted, steps: int) -> Select[Any]:
    """The nearest of the nearest of each version: an index has a version's runs in order, not a query's."""
    assert wanted.query is not None
    own = runs.where(RUNS.query_version_id == QueryVersion.id)
    own_nearest = _in_order(own, RUNS, wanted).limit(steps).correlate(QueryVersion).lateral()
    both = select(own_nearest).join_from(QueryVersion, own_nearest, true())
    of_query = both.where(QueryVersion.query_id == wanted.query.id)
    return _in_order(of_query, own_nearest.c, wanted).limit(steps)


def _of_states(runs: Select[Any], wanted: Wanted, steps: int) -> Select[Any]:
    """The same of each state. That none has succeeded is said outright: the index is of such runs alone."""
    states = values(column("state", Text), name="states").data([(state,) for state in wanted.filters.states])
    own = runs.where(RUNS.state == states.c.state, RUNS.state != literal_column("'succeeded'"))
    own_nearest = _in_order(own, RUNS, wanted).limit(steps).correlate(states).lateral()
    both = select(own_nearest).join_from(states, own_nearest, true())
    return _in_order(both, own_nearest.c, wanted).limit(steps)


def _holds(name: str, wanted: Wanted, columns: Any) -> ColumnElement[bool]:
    filters = wanted.filters
    condition: ColumnElement[bool]
    match name:
        case "state":
            condition = columns.state.in_(filters.states)
        case "query":
            assert wanted.query is not None
            versions = select(QueryVersion.id).where(QueryVersion.query_id == wanted.query.id)
            condition = columns.query_version_id.in_(versions)
        case "requester":
            condition = columns.requested_by == wanted.requester_id
        case "datasource":
            condition = columns.datasource_id == filters.datasource_id
        case "listed":
            condition = columns.query_version_id.is_not(None) | (columns.requested_by == wanted.seer_id)
        case _:
            condition = columns.trigger.in_(filters.triggers)
    return condition


def _in_order(runs: Select[Any], columns: Any, wanted: Wanted) -> Select[Any]:
    """Away from the cursor; without one from the newest on."""
    if wanted.cursor is not None and wanted.cursor.newer:
        return runs.order_by(columns.queued_at, columns.id)
    return runs.order_by(columns.queued_at.desc(), columns.id.desc())
