"""Lists of schedules and of what came of their due times."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import case, select, true
from sqlalchemy.orm import Session, joinedload

from app.accounts.allow import Actor
from app.runs.models import Run
from app.schedules.models import Outcome, Refresh, Schedule

PAGE = 200
TRIED = (Outcome.RAN, Outcome.JOINED, Outcome.FAILED)


class Standing(NamedTuple):
    """A schedule, and its last try: a run's state, or `failed` where none could be started; None before."""

    schedule: Schedule
    state: str | None
    last_due: datetime | None


def list_schedules(session: Session, actor: Actor, query_id: int | None = None) -> list[Standing]:
    """Failing first, then by what is due next; at most PAGE."""
    last = (
        select(
            case((Refresh.outcome == Outcome.FAILED, "failed"), else_=Run.state).label("state"),
            Refresh.due_at.label("due_at"),
        )
        .outerjoin(Run, Run.id == Refresh.run_id)
        .where(Refresh.schedule_id == Schedule.id, Refresh.outcome.in_(TRIED))
        .order_by(Refresh.due_at.desc())
        .limit(1)
        .lateral("last")
    )
    failing = case((last.c.state.in_(("failed", "timed_out", "lost")), 0), else_=1)
    found = (
        select(Schedule, last.c.state, last.c.due_at)
        .outerjoin(last, true())
        .where(Schedule.org_id == actor.org_id, Schedule.deleted_at.is_(None))
        .options(joinedload(Schedule.query), joinedload(Schedule.creator), joinedload(Schedule.pauser))
        .order_by(failing, Schedule.next_due_at.asc().nulls_last(), Schedule.id)
        .limit(PAGE)
    )
    if query_id is not None:
        found = found.where(Schedule.query_id == query_id)
    return [Standing(*row) for row in session.execute(found).unique()]


def history(session: Session, schedule: Schedule, limit: int = 60) -> list[dict[str, Any]]:
    """What came of the newest due times, newest first; times in milliseconds."""
    rows = session.execute(
        select(
            Refresh,
            Run.state,
            Run.queued_at,
            Run.started_at,
            Run.finished_at,
            Run.row_count,
            Run.failure_message,
        )
        .outerjoin(Run, Run.id == Refresh.run_id)
        .where(Refresh.schedule_id == schedule.id)
        .order_by(Refresh.due_at.desc())
        .limit(limit)
    ).all()
    return [_told(*row) for row in rows]


def _told(
    refresh: Refresh, state: Any, queued: Any, started: Any, finished: Any, rows: Any, failure: Any
) -> dict[str, Any]:
    ran = refresh.outcome in (Outcome.RAN, Outcome.JOINED)
    began = started or queued
    return {
        "due_at": refresh.due_at,
        "outcome": refresh.outcome,
        "state": (state or "gone") if ran else refresh.outcome,
        "reason": refresh.reason or failure,
        "run_id": refresh.run_id,
        "late_ms": max(0.0, _ms(began - refresh.due_at)) if began else None,
        "took_ms": _ms(finished - started) if finished and started else None,
        "rows": rows,
        "by_hand": refresh.asked_by is not None,
    }


def _ms(span: timedelta) -> float:
    return span / timedelta(milliseconds=1)
