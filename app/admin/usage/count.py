"""Who runs what, and what takes long: counted in one pass over an index that holds all of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.accounts.allow import Actor, need
from app.accounts.models import Role
from app.core.clock import now

SPANS = {7: "Last 7 days", 30: "Last 30 days", 90: "Last 90 days", 365: "Last 365 days"}
LISTED = 20

_WITHIN = "org_id = :org_id and finished_at >= :start and finished_at < :end"
# `date_part` gives floats, and `extract` numerics, which take several times as long to add up.
_MS = "date_part('epoch', finished_at - started_at) * 1000"
# One pass for everybody's runs of each version in each datasource: few rows, that are added up here.
COUNTED = text(
    f"""
    select requested_by, datasource_id, query_version_id, count(*) as runs,
           count(*) filter (where state in ('failed', 'timed_out', 'lost')) as failed,
           sum({_MS}) as total_ms, max({_MS}) as longest_ms, count(started_at) as started,
           sum(row_count) as rows, sum(byte_count) as bytes, max(finished_at) as last_at
    from runs where {_WITHIN} group by requested_by, datasource_id, query_version_id
    """
)
LARGEST = text(
    f"""
    select found.*, users.name as person, queries.id as query_id, queries.name as query
    from (select id, requested_by, query_version_id, row_count, byte_count, finished_at from runs
          where {_WITHIN} and state = 'succeeded' and byte_count > 0
          order by byte_count desc, id desc limit :most) found
    join users on users.id = requested_by
    left join query_versions on query_versions.id = query_version_id
    left join queries on queries.id = query_versions.query_id
    order by byte_count desc, found.id desc
    """
)
PEOPLE = text("select id, name, email from users where id = any(:ids)")
PLACES = text("select id, name from datasources where id = any(:ids)")
VERSIONS = text(
    """
    select query_versions.id, queries.id as query_id, queries.name, queries.archived_at
    from query_versions join queries on queries.id = query_id where query_versions.id = any(:ids)
    """
)
UNSEEN = text(
    """
    select dashboards.id, dashboards.name, dashboards.changed_at, seen.last_at
    from dashboards left join lateral (
        select max(viewed_at) as last_at from dashboard_views where dashboard_id = dashboards.id
    ) seen on true
    where org_id = :org_id and archived_at is null and (last_at is null or last_at < :start)
    order by last_at nulls first, changed_at limit :most
    """
)


@dataclass(slots=True)
class Line:
    """Of one person, datasource or query; times in milliseconds, of runs that were started."""

    id: int
    name: str
    runs: int = 0
    failed: int = 0
    total_ms: float = 0
    longest_ms: float = 0
    started: int = 0
    rows: int = 0
    bytes: int = 0
    last_at: datetime | None = None
    note: str | None = None

    @property
    def mean_ms(self) -> float | None:
        return self.total_ms / self.started if self.started else None

    def add(self, row: Any) -> None:
        self.runs += row.runs
        self.failed += row.failed
        self.total_ms += float(row.total_ms or 0)
        self.longest_ms = max(self.longest_ms, float(row.longest_ms or 0))
        self.started += row.started
        self.rows += int(row.rows or 0)
        self.bytes += int(row.bytes or 0)
        self.last_at = max(filter(None, (self.last_at, row.last_at)), default=None)


@dataclass(frozen=True, slots=True)
class Usage:
    """The first LISTED of each; `unseen` are dashboards that nobody opened in that time."""

    total: Line
    person_count: int
    people: list[Line]
    places: list[Line]
    slowest: list[Line]
    largest: Sequence[Row[Any]]
    unseen: Sequence[Row[Any]]


def count_usage(session: Session, actor: Actor, days: int) -> Usage:
    """Of the org's settled runs of so many days up to now. For admins: raises Forbidden."""
    need(actor, Role.ADMIN)
    end = now()
    within = {"org_id": actor.org_id, "start": end - timedelta(days=days), "end": end, "most": LISTED}
    rows = session.execute(COUNTED, within).all()
    total = Line(0, "All")
    for row in rows:
        total.add(row)
    return Usage(
        total,
        len({row.requested_by for row in rows}),
        _most(_people(session, rows), "runs"),
        _most(_places(session, rows), "runs"),
        _most(_queries(session, rows), "mean_ms"),
        session.execute(LARGEST, within).all(),
        session.execute(UNSEEN, within).all(),
    )


def _people(session: Session, rows: Sequence[Any]) -> list[Line]:
    found = session.execute(PEOPLE, {"ids": list({row.requested_by for row in rows})})
    lines = {each.id: Line(each.id, each.name, note=each.email) for each in found}
    return _filled(lines, ((lines[row.requested_by], row) for row in rows))


def _places(session: Session, rows: Sequence[Any]) -> list[Line]:
    found = session.execute(PLACES, {"ids": list({row.datasource_id for row in rows})})
    lines = {each.id: Line(each.id, each.name) for each in found}
    return _filled(lines, ((lines[row.datasource_id], row) for row in rows))


def _queries(session: Session, rows: Sequence[Any]) -> list[Line]:
    """All versions of a query together; SQL that is not saved is nobody's."""
    found = session.execute(VERSIONS, {"ids": list({row.query_version_id for row in rows})}).all()
    lines = {each.query_id: Line(each.query_id, each.name) for each in found}
    for each in found:
        lines[each.query_id].note = "archived" if each.archived_at else None
    of = {each.id: lines[each.query_id] for each in found}
    return _filled(lines, ((of[row.query_version_id], row) for row in rows if row.query_version_id in of))


def _filled(lines: dict[int, Line], pairs: Any) -> list[Line]:
    for line, row in pairs:
        line.add(row)
    return list(lines.values())


def _most(lines: list[Line], what: str) -> list[Line]:
    return sorted(lines, key=lambda line: (-(getattr(line, what) or 0), line.name))[:LISTED]
