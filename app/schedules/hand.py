"""Run now: a due time that a person made."""

from sqlalchemy.orm import Session

from app.accounts.allow import Actor, need
from app.accounts.models import Role
from app.audit.record import record
from app.core.clock import now
from app.schedules.decide import Due, decide
from app.schedules.models import Refresh, Schedule
from app.schedules.settle import settle


def run_now(session: Session, actor: Actor, schedule: Schedule) -> Refresh:
    """The row that it left in the ledger; `reason` says why where nothing was started."""
    need(actor, Role.EDITOR)
    settle(session, [schedule.id])
    (refresh,) = decide(session, [Due(schedule, now())], actor)
    record(session, actor, "schedule.run_now", schedule.id, run_id=refresh.run_id)
    return refresh
