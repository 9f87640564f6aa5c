"""Whole accounts, for whoever operates the installation: kept out of every org, or let in again."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Membership, User
from app.audit.record import PLUMBLINE, record
from app.core.clock import now
from app.core.errors import NotFound


class Operator:
    """Who is named in the audit log of an org."""

    user_id = None
    name = f"{PLUMBLINE}'s operator"

    def __init__(self, org_id: int) -> None:
        self.org_id = org_id


def disable_account(session: Session, email: str) -> None:
    """Raises NotFound."""
    user = _found(session, email)
    if user.disabled_at is None:
        user.disabled_at = now()
        _note(session, user, "disabled")


def enable_account(session: Session, email: str) -> None:
    """Raises NotFound."""
    user = _found(session, email)
    if user.disabled_at is not None:
        user.disabled_at = None
        _note(session, user, "enabled")


def _found(session: Session, email: str) -> User:
    user = session.scalar(select(User).where(User.email == email.strip().lower()))
    if user is None:
        raise NotFound(f"There is no user with the e-mail {email}.")
    return user


def _note(session: Session, user: User, deed: str) -> None:
    """In the log of each org of theirs."""
    for org_id in session.scalars(select(Membership.org_id).where(Membership.user_id == user.id)):
        record(session, Operator(org_id), f"user.{deed}", user.id, name=user.name)
