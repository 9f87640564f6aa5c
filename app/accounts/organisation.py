"""The time zone that an org has decided on."""

from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.models import Org


def time_zone_of(session: Session, actor: Actor) -> str:
    return session.get_one(Org, actor.org_id).time_zone
