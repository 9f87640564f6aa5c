"""Lists of schedules: of an org, of a query or of a dashboard."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import case, func, literal, select, true
from sqlalchemy.orm import Session, joinedload

from app.accounts.allow import Actor
from app.runs.models import Run
from app.schedules.models import TRIED, Outcome, Refresh, Schedule

PAGE = 200
BAD = ("failed", "timed_out", "lost", "partly")


class Listed(NamedTuple):
    """A schedule, and its last try: a run's state, or how the try ended; None before the first."""

    schedule: Schedule
    state: str | None
    last_due: datetime | None

    @property
    def is_failing(self) -> bool:
        return self.state in BAD

    @property
    def name(self) -> str:
        of = self.schedule.query or self.schedule.dashboard
        return of.name if of else ""


def list_schedules(
    session: Session,
    actor: Actor,
    query_id: int | None = None,
    dashboard_id: int | None = None,
    *,
    failing: bool = False,
) -> Sequence[Listed]:
    """Failing first, then by what is due next, ended ones last; at most PAGE."""
    state = case(
        (Run.state.is_not(None), Run.state),
        (Refresh.outcome == Outcome.FAILED, literal("failed")),
        else_=func.coalesce(Refresh.ended, literal("running")),
    )
    last = (
        select(state.label("state"), Refresh.due_at.label("due_at"))
        .outerjoin(Run, Run.id == Refresh.run_id)
        .where(Refresh.schedule_id == Schedule.id, Refresh.outcome.in_(TRIED))
        .order_by(Refresh.due_at.desc())
        .limit(1)
        .lateral("last")
    )
    is_bad = last.c.state.in_(BAD)
    found = (
        select(Schedule, last.c.state, last.c.due_at)
        .outerjoin(last, true())
        .where(Schedule.org_id == actor.org_id, Schedule.deleted_at.is_(None))
        .options(
            joinedload(Schedule.query),
            joinedload(Schedule.dashboard),
            joinedload(Schedule.creator),
            joinedload(Schedule.pauser),
        )
        .order_by(case((is_bad, 0), else_=1), Schedule.next_due_at.asc().nulls_last(), Schedule.id)
        .limit(PAGE)
    )
    if query_id is not None:
        found = found.where(Schedule.query_id == query_id)
    if dashboard_id is not None:
        found = found.where(Schedule.dashboard_id == dashboard_id)
    if failing:
        found = found.where(is_bad)
    return [Listed(*row) for row in session.execute(found).unique()]
