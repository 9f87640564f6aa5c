"""Runs of an org, newest first, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, case, func, select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor, fetch
from app.accounts.models import Membership, User
from app.core.errors import Invalid
from app.datasources.models import Datasource
from app.queries.models import Query, QueryVersion
from app.runs.history.cursor import Cursor
from app.runs.history.filters import ME, Filters
from app.runs.history.walk import Wanted, last_step, nearest
from app.runs.models import Run
from app.runs.seen import sees_all

PAGE = 50
LONGEST_PAGE = 1000
BEGINNING = 200  # characters of SQL that a line shows
MOST_CHOICES = 500


@dataclass(frozen=True, slots=True)
class Listing:
    """One page, newest first, and the cursors of its neighbours where there may be any.

    `searched_to`: the page is not full because the search stopped there; the neighbour goes on.
    """

    rows: Sequence[Row[*tuple[Any, ...]]]
    newer: Cursor | None
    older: Cursor | None
    searched_to: datetime | None = None


def list_runs(
    session: Session, actor: Actor, filters: Filters, cursor: Cursor | None = None, limit: int = PAGE
) -> Listing:
    """The page that the cursor names, or the newest one.

    Rows: what a line shows of a run; the names of its datasource, query and requester; `query_version`,
    `requester_email`, `failure_begins`, and `sql_begins`, None for a saved query.
    Raises NotFound for a stranger's query or datasource, Invalid for somebody who is not in the org.
    """
    wanted = _look_up(session, actor, filters, cursor)
    rows = session.execute(page_statement(wanted, limit + 1)).all()
    more = len(rows) > limit
    stopped = None if more else _stopped(session, wanted)
    if cursor is None or not cursor.newer:
        rows = rows[:limit]
        newer = cursor and (_at(rows[0], newer=True) if rows else replace(cursor, newer=True))
        return Listing(rows, newer, _at(rows[-1]) if more else stopped, _moment(stopped))
    if not more and stopped is None:  # the newest page, as whoever opens the list sees it
        return list_runs(session, actor, filters, limit=limit)
    rows = rows[-limit:]
    older = _at(rows[-1]) if rows else replace(cursor, newer=False)
    return Listing(rows, _at(rows[0], newer=True) if more else stopped, older, _moment(stopped))


def page_statement(wanted: Wanted, limit: int) -> Select[*tuple[Any, ...]]:
    """Up to `limit` rows as `list_runs` gives them: their keys are found first, only they are read whole."""
    found = nearest(wanted, limit).subquery()
    return (
        select(
            Run.id,
            Run.state,
            Run.trigger,
            Run.datasource_id,
            Run.queued_at,
            Run.started_at,
            Run.finished_at,
            Run.row_count,
            Run.byte_count,
            Run.truncated_by,
            Run.result_deleted_at,
            Run.failure_reason,
            Run.cache_status,
            Datasource.name.label("datasource_name"),
            Query.id.label("query_id"),
            Query.name.label("query_name"),
            QueryVersion.number.label("query_version"),
            User.name.label("requester_name"),
            User.email.label("requester_email"),
            case((Run.query_version_id.is_(None), func.left(Run.sql, BEGINNING))).label("sql_begins"),
            func.left(Run.failure_message, BEGINNING).label("failure_begins"),
        )
        .select_from(found)
        .join(Run, Run.id == found.c.id)
        .join(Datasource, Datasource.id == Run.datasource_id)
        .join(User, User.id == Run.requested_by)
        .outerjoin(QueryVersion, QueryVersion.id == Run.query_version_id)
        .outerjoin(Query, Query.id == QueryVersion.query_id)
        .order_by(found.c.queued_at.desc(), found.c.id.desc())
    )


def choices(session: Session, actor: Actor) -> dict[str, Any]:
    """What a person may narrow a list to: the `people` of the org and its `places`, archived ones last."""
    people = session.execute(
        select(User.email, User.name)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.org_id == actor.org_id)
        .order_by(User.name, User.id)
        .limit(MOST_CHOICES)
    ).all()
    places = session.execute(
        select(Datasource.id, Datasource.name, Datasource.archived_at)
        .where(Datasource.org_id == actor.org_id)
        .order_by(Datasource.archived_at.is_not(None), Datasource.name, Datasource.id)
        .limit(MOST_CHOICES)
    ).all()
    return {"people": people, "places": places}


def _look_up(session: Session, actor: Actor, filters: Filters, cursor: Cursor | None) -> Wanted:
    query = None if filters.query_id is None else fetch(session, actor, Query, filters.query_id)
    if filters.datasource_id is not None:
        fetch(session, actor, Datasource, filters.datasource_id)
    requester_id = _person(session, actor, filters.requested_by) if filters.requested_by else None
    seer_id = None if sees_all(actor) else actor.user_id
    return Wanted(actor.org_id, filters, requester_id, query, cursor, seer_id)


def _person(session: Session, actor: Actor, email: str) -> int:
    if email == ME:
        return actor.user_id
    found = session.scalar(
        select(User.id)
        .join(Membership, Membership.user_id == User.id)
        .where(User.email == email, Membership.org_id == actor.org_id)
    )
    if found is None:
        said = f"Nobody in {actor.org_name} has this e-mail."
        raise Invalid(said, fields={"requested_by": said})
    return found


def _stopped(session: Session, wanted: Wanted) -> Cursor | None:
    """Where the walk was cut short, as the cursor that goes on from there."""
    statement = last_step(wanted)
    row = None if statement is None else session.execute(statement).first()
    return _at(row, newer=wanted.cursor is not None and wanted.cursor.newer) if row else None


def _moment(cursor: Cursor | None) -> datetime | None:
    return cursor.queued_at if cursor else None


def _at(row: Any, *, newer: bool = False) -> Cursor:
    return Cursor(row.queued_at, row.id, newer)
