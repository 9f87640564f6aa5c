"""The fewest minutes between two due times: of the installation, or more where an org says so."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor, need
from app.accounts.models import Org, Role
from app.audit.record import record
from app.core import runtime
from app.core.errors import Invalid

A_WEEK = 10_080


def least_minutes(session: Session, actor: Actor) -> int:
    own = session.scalar(select(Org.schedule_minutes).where(Org.id == actor.org_id))
    return max(own or 0, runtime.settings().schedule_minutes)


def set_least_minutes(session: Session, actor: Actor, minutes: int | None) -> int:
    """For schedules that are set from now on; None is the installation's. Raises Invalid at `minutes`."""
    need(actor, Role.ADMIN)
    lowest = runtime.settings().schedule_minutes
    if minutes is not None and not lowest <= minutes <= A_WEEK:
        raise Invalid(fields={"minutes": f"Use {lowest:,} to {A_WEEK:,} minutes, which is a week."})
    org = session.get_one(Org, actor.org_id)
    if org.schedule_minutes != minutes:
        org.schedule_minutes = minutes
        record(session, actor, "org.least_interval_changed", org.id, minutes=minutes)
    session.flush()
    return least_minutes(session, actor)
