"""What is due: one row of the ledger for every due time, whoever ticks, however often, however late."""

import logging
from datetime import datetime, timedelta
from itertools import chain, islice, takewhile

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import db
from app.core.clock import now
from app.schedules.change import rule_of_schedule
from app.schedules.decide import decide
from app.schedules.due import due_after, next_due
from app.schedules.models import Missed, Outcome, Refresh, Schedule

log = logging.getLogger(__name__)

MOST = 1_000  # schedules in one tick
MOST_MISSED = 500  # due times of one schedule in one transaction
PUNCTUAL = timedelta(minutes=5)
DOWN = "Nothing ran at that time. A later due time stands for it."
SKIPPED = "Nothing ran at that time, and this schedule skips what was missed."


def fire_due(moment: datetime | None = None, most: int = MOST) -> int:
    """Settle what is due by this moment or now; returns how many schedules were. Others may tick too."""
    moment = moment or now()
    return sum(1 for _ in takewhile(lambda _: _fire_next(moment), range(most)))


def _fire_next(moment: datetime) -> bool:
    schedule_id = None
    try:
        with db.transaction() as session:
            schedule = session.scalars(
                select(Schedule)
                .where(Schedule.next_due_at <= moment)
                .order_by(Schedule.next_due_at)
                .limit(1)
                .with_for_update(skip_locked=True)
            ).first()
            if schedule is None:
                return False
            schedule_id = schedule.id
            _take_stock(session, schedule, moment)
    except Exception as error:
        if schedule_id is None or db.is_away(error):
            raise
        log.exception("schedule failed", extra={"schedule_id": schedule_id})
        _write_off(schedule_id, moment)
    return True


def _take_stock(session: Session, schedule: Schedule, moment: datetime) -> None:
    """Due times that passed unseen are written down; the latest one is decided."""
    rule = rule_of_schedule(schedule)
    assert schedule.next_due_at is not None
    all_times = chain([schedule.next_due_at], due_after(rule, schedule.next_due_at))
    times = list(islice(takewhile(lambda due: due <= moment, all_times), MOST_MISSED + 1))
    for due in times[:-1]:
        session.add(_unseen(schedule, due))
    last = times[-1]
    if len(times) > MOST_MISSED:
        schedule.next_due_at = last
        return
    if schedule.missed == Missed.SKIP and moment - last > PUNCTUAL and schedule.paused_at is None:
        session.add(Refresh(schedule_id=schedule.id, due_at=last, outcome=Outcome.MISSED, reason=SKIPPED))
    else:
        session.add(decide(session, schedule, last))
    schedule.next_due_at = next_due(rule, last)


def _unseen(schedule: Schedule, due: datetime) -> Refresh:
    if schedule.paused_at is not None:
        return Refresh(schedule_id=schedule.id, due_at=due, outcome=Outcome.SKIPPED, reason="It was paused.")
    reason = SKIPPED if schedule.missed == Missed.SKIP else DOWN
    return Refresh(schedule_id=schedule.id, due_at=due, outcome=Outcome.MISSED, reason=reason)


def _write_off(schedule_id: int, moment: datetime) -> None:
    """What failed unforeseen is written down too, and does not stand in the others' way."""
    with db.transaction() as session:
        schedule = session.get_one(Schedule, schedule_id, with_for_update=True)
        due = schedule.next_due_at
        if due is None or due > moment:
            return
        reason = "Plumbline made a mistake; its log says which."
        session.add(Refresh(schedule_id=schedule_id, due_at=due, outcome=Outcome.FAILED, reason=reason))
        schedule.next_due_at = next_due(rule_of_schedule(schedule), due)
