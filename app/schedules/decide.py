"""What comes of one due time: a run, an equal run joined, or a reason why not."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.models import Membership, Org, Role, User
from app.core.clock import now
from app.core.errors import NotFound, Problem
from app.runs.freshness.find import under_way
from app.runs.freshness.question import question
from app.runs.limits import limits
from app.runs.models import Run, RunState, Trigger
from app.runs.request import Asked, ask_query
from app.runs.start import start_run
from app.schedules.models import Outcome, Refresh, Schedule

PATIENCE = 3  # failures in a row before tries become rarer
FIRST_WAIT = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=6)
_LOOK_BACK = 12
_FAILED = (RunState.FAILED, RunState.TIMED_OUT, RunState.LOST)


def decide(session: Session, schedule: Schedule, due: datetime, asker: Actor | None = None) -> Refresh:
    """The ledger's row; the run starts once the transaction is committed.

    With `asker` somebody said: run now. Then it runs as that person, paused or not, failing or not.
    """
    refresh = Refresh(schedule_id=schedule.id, due_at=due, asked_by=asker.user_id if asker else None)
    reason = _reason_to_skip(session, schedule, forced=asker is not None)
    if reason:
        refresh.outcome, refresh.reason = Outcome.SKIPPED, reason
        return refresh
    try:
        actor = asker or _owner(session, schedule)
        asked = ask_query(session, actor, schedule.query_id, schedule.given, schedule.time_zone, due)
    except Problem as problem:
        said = " ".join(problem.fields.values()) or problem.detail
        refresh.outcome, refresh.reason = Outcome.FAILED, said
        return refresh
    refresh.outcome, refresh.run_id = _join_or_start(session, actor, asked, due, by_person=asker is not None)
    return refresh


def failures_in_a_row(session: Session, schedule: Schedule) -> tuple[int, datetime | None]:
    """How many of the latest tries failed, at most twelve, and when the last try was decided."""
    tries = session.execute(
        select(Refresh.outcome, Refresh.decided_at, Run.state)
        .outerjoin(Run, Run.id == Refresh.run_id)
        .where(
            Refresh.schedule_id == schedule.id,
            Refresh.outcome.in_((Outcome.RAN, Outcome.JOINED, Outcome.FAILED)),
        )
        .order_by(Refresh.due_at.desc())
        .limit(_LOOK_BACK)
    ).all()
    count = 0
    for each in tries:
        if each.outcome != Outcome.FAILED and each.state not in _FAILED:
            break
        count += 1
    return count, tries[0].decided_at if tries else None


def _reason_to_skip(session: Session, schedule: Schedule, *, forced: bool) -> str | None:
    if schedule.paused_at is not None and not forced:
        return "It was paused."
    running = session.scalar(
        select(Run.id)
        .join(Refresh, Refresh.run_id == Run.id)
        .where(Refresh.schedule_id == schedule.id, Run.finished_at.is_(None))
        .limit(1)
    )
    if running is not None:
        return f"Run {running}, its previous one, had not ended."
    count, last = failures_in_a_row(session, schedule)
    if forced or count < PATIENCE or last is None:
        return None
    wait = min(FIRST_WAIT * 2 ** (count - PATIENCE), LONGEST_WAIT)
    if now() - last >= wait:
        return None
    return f"The last {count} tries failed. The next one waits until {last + wait:%Y-%m-%d %H:%M} UTC."


def _owner(session: Session, schedule: Schedule) -> Actor:
    """Whoever made the schedule, with the role of today."""
    row = session.execute(
        select(User.email, User.name, Membership.role, Org.name.label("org_name"))
        .join(Membership, Membership.user_id == User.id)
        .join(Org, Org.id == Membership.org_id)
        .where(User.id == schedule.created_by, Org.id == schedule.org_id, User.disabled_at.is_(None))
    ).first()
    if row is None:
        raise NotFound("Whoever made this schedule is no longer here. Make it again as somebody who is.")
    return Actor(
        schedule.created_by, schedule.org_id, row.email, row.name, Role(row.role), row.org_name, "schedule"
    )


def _join_or_start(
    session: Session, actor: Actor, asked: Asked, due: datetime, *, by_person: bool
) -> tuple[Outcome, int]:
    wanted = limits()
    same = question(asked.datasource, asked.bound, wanted, asked.watermark)
    equal = under_way(session, actor, same, due)
    if equal is not None:
        return Outcome.JOINED, equal
    run = start_run(
        session,
        actor,
        datasource=asked.datasource,
        bound=asked.bound,
        version=asked.version,
        watermark=asked.watermark,
        limits=wanted,
        trigger=Trigger.PERSON if by_person else Trigger.SCHEDULE,
    )
    return Outcome.RAN, run.id
