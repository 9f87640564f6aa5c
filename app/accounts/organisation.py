"""What an org decides for all of its people: its time zone."""

from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.models import Org
from app.audit.record import record
from app.core.zones import check_zone


def time_zone_of(session: Session, actor: Actor) -> str:
    return session.get_one(Org, actor.org_id).time_zone


def set_time_zone(session: Session, actor: Actor, time_zone: str) -> None:
    """Times in words mean this zone from now on. Raises Invalid at `time_zone`."""
    check_zone(time_zone)
    org = session.get_one(Org, actor.org_id)
    if org.time_zone != time_zone:
        org.time_zone = time_zone
        record(session, actor, "org.time_zone_changed", org.id, time_zone=time_zone)
