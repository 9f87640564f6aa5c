"""Who operates the installation: the admins of its first org, which whoever installed it made."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.models import Org, Role
from app.core.errors import NotFound


def operates(session: Session, actor: Actor) -> bool:
    return actor.may(Role.ADMIN) and session.scalar(select(func.min(Org.id))) == actor.org_id


def need_operator(session: Session, actor: Actor) -> None:
    """Raises NotFound: for anybody else the installation's own pages are not there."""
    if not operates(session, actor):
        raise NotFound("The admins of this installation's first organisation look after it.")
