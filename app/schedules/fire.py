"""What is due: one row of the ledger for every due time, whoever ticks, however often, however late."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import chain, islice, takewhile

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.core import db
from app.core.clock import now
from app.schedules.change import rule_of_schedule
from app.schedules.decide import Due, decide
from app.schedules.due import due_after, next_due
from app.schedules.ledger import write_down
from app.schedules.models import Missed, Outcome, Refresh, Schedule
from app.schedules.settle import settle
from app.telemetry.names import SCHEDULE_LAG
from app.telemetry.write import observe

log = logging.getLogger(__name__)

MOST = 1_000  # schedules in one tick
TOGETHER = 250  # in one transaction
MOST_MISSED = 500  # due times of one schedule in one transaction
PUNCTUAL = timedelta(minutes=5)
DOWN = "Nothing ran at that time. A later due time stands for it."
SKIPPED = "Nothing ran at that time, and this schedule skips what was missed."


def fire_due(moment: datetime | None = None, most: int = MOST) -> int:
    """Settle what is due by this moment or now; returns how many schedules were. Others may tick too."""
    moment = moment or now()
    fired = 0
    while fired < most and (count := _fire(moment, min(TOGETHER, most - fired))):
        fired += count
    return fired


def _fire(moment: datetime, most: int) -> int:
    ids: list[int] = []
    try:
        with db.transaction() as session:
            schedules = _held(session, moment, most)
            ids = [schedule.id for schedule in schedules]
            _take_stock(session, schedules, moment)
    except Exception as error:
        if not ids or db.is_away(error):
            raise
        log.exception("schedules failed", extra={"schedule_ids": ids})
        for schedule_id in ids:
            _fire_alone(schedule_id, moment)
    return len(ids)


def _fire_alone(schedule_id: int, moment: datetime) -> None:
    """One that fails unforeseen does not stand in the others' way."""
    try:
        with db.transaction() as session:
            _take_stock(session, _held(session, moment, 1, schedule_id), moment)
    except Exception as error:
        if db.is_away(error):
            raise
        log.exception("schedule failed", extra={"schedule_id": schedule_id})
        _write_off(schedule_id, moment)


def _held(session: Session, moment: datetime, most: int, only: int | None = None) -> Sequence[Schedule]:
    """Schedules that are due, each held until the transaction ends and passed by the others."""
    found = due_by(moment, most)
    if only is not None:
        found = found.where(Schedule.id == only)
    return session.scalars(found.with_for_update(skip_locked=True)).all()


def due_by(moment: datetime, most: int) -> Select[Schedule]:
    """The longest due first."""
    starts_at = Schedule.next_due_at + func.make_interval(0, 0, 0, 0, 0, 0, Schedule.spread_s)
    due = select(Schedule).where(Schedule.next_due_at <= moment, starts_at <= moment)
    return due.order_by(Schedule.next_due_at).limit(most)


def _take_stock(session: Session, schedules: Sequence[Schedule], moment: datetime) -> None:
    """Due times that passed unseen are written down; of each schedule the latest one is decided."""
    if not schedules:
        return
    settle(session, [schedule.id for schedule in schedules])
    dues: list[Due] = []
    passed: list[tuple[Schedule, Refresh]] = []
    for schedule in schedules:
        by = moment - timedelta(seconds=schedule.spread_s)
        rule, first = rule_of_schedule(schedule), schedule.next_due_at
        assert first is not None
        all_times = chain([first], due_after(rule, first))
        times = list(islice(takewhile(lambda due, by=by: due <= by, all_times), MOST_MISSED + 1))  # type: ignore[misc]
        passed += [(schedule, _unseen(schedule, due)) for due in times[:-1]]
        last = times[-1]
        if len(times) > MOST_MISSED:
            schedule.next_due_at = last
            continue
        schedule.next_due_at = next_due(rule, last)
        if schedule.missed == Missed.SKIP and by - last > PUNCTUAL and schedule.paused_at is None:
            passed.append((schedule, _row(schedule, last, Outcome.MISSED, SKIPPED)))
        else:
            dues.append(Due(schedule, last))
    write_down(session, passed)
    decide(session, dues)
    for each in dues:
        lag = (now() - each.at).total_seconds()
        observe(SCHEDULE_LAG, lag, org_id=each.schedule.org_id, tags={"schedule": each.schedule.id})


def _unseen(schedule: Schedule, due: datetime) -> Refresh:
    if schedule.paused_at is not None:
        return _row(schedule, due, Outcome.SKIPPED, "It was paused.")
    return _row(schedule, due, Outcome.MISSED, SKIPPED if schedule.missed == Missed.SKIP else DOWN)


def _row(schedule: Schedule, due: datetime, outcome: Outcome, reason: str) -> Refresh:
    return Refresh(schedule_id=schedule.id, due_at=due, outcome=outcome, reason=reason)


def _write_off(schedule_id: int, moment: datetime) -> None:
    """What failed unforeseen is written down too."""
    with db.transaction() as session:
        schedule = session.get_one(Schedule, schedule_id, with_for_update=True)
        due = schedule.next_due_at
        if due is None or due > moment:
            return
        reason = "Plumbline made a mistake; its log says which."
        write_down(session, [(schedule, _row(schedule, due, Outcome.FAILED, reason))])
        schedule.next_due_at = next_due(rule_of_schedule(schedule), due)
