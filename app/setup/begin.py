"""The first question: an organisation and its first admin."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.create import create_user, nobody_yet
from app.accounts.models import Role
from app.core.errors import NotFound

LOCK = 0x706C756D6231  # "plumb1": of two browsers that send the form at once, the second finds somebody


def begin(session: Session, *, organisation: str, name: str, email: str, password: str) -> Actor:
    """Raises NotFound when there is somebody already, Invalid at `email`, `name`, `password`."""
    session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    if not nobody_yet(session):
        raise NotFound("This installation has its first admin. Sign in, or ask for an invite.")
    return create_user(
        session, email=email, name=name, password=password, org_name=organisation, role=Role.ADMIN
    )
