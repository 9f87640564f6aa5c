"""Recompute runs, and what they changed."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from app.accounts.allow import Actor
from app.analytics.models import RecomputeChange, RecomputeEvidence, RecomputeRun, RecomputeState
from app.core.errors import Conflict, NotFound


def list_recomputes(
    session: Session, actor: Actor, limit: int, before: int | None = None, *, by_people: bool = False
) -> Sequence[RecomputeRun]:
    """Newest first, those older than the run `before`; `by_people` leaves the windows' own refreshes out."""
    found = (
        select(RecomputeRun)
        .where(RecomputeRun.org_id == actor.org_id)
        .options(joinedload(RecomputeRun.report), joinedload(RecomputeRun.requester))
        .order_by(RecomputeRun.id.desc())
        .limit(limit)
    )
    if before is not None:
        found = found.where(RecomputeRun.id < before)
    if by_people:
        found = found.where(RecomputeRun.trigger != "interval")
    return session.scalars(found).all()


def find_recompute(session: Session, actor: Actor, run_id: int) -> RecomputeRun:
    """With its report and whoever asked. Raises NotFound."""
    run = None
    if 0 < run_id < 2**63:
        run = session.scalar(
            select(RecomputeRun)
            .where(RecomputeRun.id == run_id, RecomputeRun.org_id == actor.org_id)
            .options(joinedload(RecomputeRun.report), joinedload(RecomputeRun.requester))
        )
    if run is None:
        raise NotFound(f"There is no recomputation {run_id} in your organisation.")
    return run


def list_changes(session: Session, run: RecomputeRun, limit: int, offset: int) -> Sequence[RecomputeChange]:
    """By bucket and dimension."""
    return session.scalars(
        select(RecomputeChange)
        .where(RecomputeChange.run_id == run.id, RecomputeChange.position > offset)
        .order_by(RecomputeChange.position)
        .limit(limit)
    ).all()


def find_evidence(session: Session, run: RecomputeRun) -> RecomputeEvidence:
    """Raises Conflict while the run moves."""
    found = session.get(RecomputeEvidence, (run.org_id, run.id))
    if found is None:
        raise Conflict(f"Recomputation {run.id} has no evidence yet: it is {run.state}.")
    return found


def latest_completed(session: Session, actor: Actor) -> dict[int, RecomputeRun]:
    """The newest completed run of each report, by the report's number."""
    newest = (
        select(func.max(RecomputeRun.id))
        .where(RecomputeRun.org_id == actor.org_id, RecomputeRun.state == RecomputeState.COMPLETED)
        .group_by(RecomputeRun.report_id)
    )
    found = session.scalars(select(RecomputeRun).where(RecomputeRun.id.in_(newest)))
    return {run.report_id: run for run in found}
