"""A query's visualizations, and the run whose columns they draw."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, selectinload

from app.accounts.allow import Actor, fetch
from app.accounts.models import Org
from app.core.errors import NotFound
from app.queries.models import Query, QueryVersion
from app.runs.freshness.latest import latest_run
from app.runs.models import ResultColumn, Run, RunState
from app.visualizations.models import Visualization


@dataclass(frozen=True, slots=True)
class Result:
    """A succeeded run, its columns, and the time zone in which its moments are read."""

    run: Run
    columns: Sequence[ResultColumn]
    zone: str


def visualizations_of(session: Session, query: Query) -> Sequence[Visualization]:
    """Oldest first."""
    return session.scalars(
        select(Visualization).where(Visualization.query_id == query.id).order_by(Visualization.id)
    ).all()


def find_visualization(session: Session, actor: Actor, visualization_id: int) -> tuple[Visualization, Query]:
    """With its query. Raises NotFound for a stranger, and when the query is archived."""
    visualization = fetch(session, actor, Visualization, visualization_id)
    query = fetch(session, actor, Query, visualization.query_id)
    if query.archived_at is not None:
        raise NotFound(f"{query.name} was archived.")
    return visualization, query


def result_of_run(session: Session, actor: Actor, query: Query, run_id: int) -> Result | None:
    """This run's result, when it succeeded. Raises NotFound for a run that is not one of this query.

    A run of the very SQL that the query says now is one, also when it was not saved yet.
    """
    found = session.scalar(
        select(Run)
        .join(QueryVersion, or_(QueryVersion.id == Run.query_version_id, _not_saved_then(query)))
        .where(Run.id == run_id, Run.org_id == actor.org_id, QueryVersion.query_id == query.id)
        .options(selectinload(Run.columns))
        if run_id < 2**63
        else select(Run).where(Run.id.is_(None))
    )
    if found is None:
        raise NotFound(f"{query.name} has no run {run_id}.")
    has_rows = found.state == RunState.SUCCEEDED and found.result_deleted_at is None
    return _result(session, actor, found) if has_rows else None


def newest_result(session: Session, actor: Actor, query: Query) -> Result | None:
    """The result that the query opens with (`latest_run`), else its newest one of any values."""
    latest = session.get(Run, latest_run(session, actor, query.id) or 0, options=[selectinload(Run.columns)])
    if latest and latest.state == RunState.SUCCEEDED and latest.result_deleted_at is None:
        return _result(session, actor, latest)
    run = session.scalar(
        select(Run)
        .join(QueryVersion, QueryVersion.id == Run.query_version_id)
        .where(QueryVersion.query_id == query.id, Run.state == RunState.SUCCEEDED)
        .where(Run.result_deleted_at.is_(None))
        .order_by(Run.id.desc())
        .limit(1)
        .options(selectinload(Run.columns))
    )
    return _result(session, actor, run) if run else None


def _result(session: Session, actor: Actor, run: Run) -> Result:
    """The run's own zone, else the org's."""
    return Result(run, run.columns, run.time_zone or session.get_one(Org, actor.org_id).time_zone)


def _not_saved_then(query: Query) -> ColumnElement[bool]:
    return and_(
        Run.query_version_id.is_(None),
        QueryVersion.number == query.latest,
        QueryVersion.sql == Run.sql,
        QueryVersion.datasource_id == Run.datasource_id,
    )
