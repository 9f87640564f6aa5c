"""Inviting somebody by a link that is shown once, and taking an invite back."""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.allow import Actor, need
from app.accounts.create import email_problem
from app.accounts.invites.models import Invite
from app.accounts.models import Membership, Org, Role, User
from app.accounts.sign_ins import digest
from app.audit.record import record
from app.core.clock import now
from app.core.errors import Invalid

PREFIX = "invite_"
VALID = timedelta(days=7)
MOST = 200  # open invites of one org


def invite(session: Session, actor: Actor, email: str, role: Role) -> tuple[Invite, str]:
    """A new invite's row and its token, which can be read this once. Raises Forbidden, Invalid at `email`.

    An open invite for the same address is taken back: only the newest link works.
    """
    need(actor, Role.ADMIN)
    email = email.strip().lower()
    session.execute(select(Org.id).where(Org.id == actor.org_id).with_for_update(key_share=True))
    if problem := email_problem(email) or _member_problem(session, actor, email):
        raise Invalid(problem, fields={"email": problem})
    _end(session, Invite.org_id == actor.org_id, Invite.email == email)
    if len(open_invites(session, actor)) >= MOST:
        said = f"There are {MOST} open invites already. Take back one that is not needed."
        raise Invalid(said, fields={"email": said})
    token = PREFIX + secrets.token_urlsafe(32)
    made = Invite(
        org_id=actor.org_id,
        email=email,
        role=role,
        token_hash=digest(token),
        invited_by=actor.user_id,
        expires_at=now() + VALID,
    )
    session.add(made)
    session.flush()
    record(session, actor, "invite.created", made.id, email=email, role=role)
    return made, token


def revoke_invite(session: Session, actor: Actor, invite_id: int) -> bool:
    """Its link opens nothing any more. False when there is no such open one. Raises Forbidden."""
    need(actor, Role.ADMIN)
    ended = _end(session, Invite.org_id == actor.org_id, Invite.id == min(invite_id, 2**63 - 1))
    if ended:
        record(session, actor, "invite.revoked", invite_id)
    return ended > 0


def open_invites(session: Session, actor: Actor) -> Sequence[Invite]:
    """Those that can still be accepted, newest first. Raises Forbidden."""
    need(actor, Role.ADMIN)
    found = select(Invite).where(
        Invite.org_id == actor.org_id,
        Invite.accepted_at.is_(None),
        Invite.revoked_at.is_(None),
        Invite.expires_at > now(),
    )
    return session.scalars(found.order_by(Invite.id.desc())).all()


def _member_problem(session: Session, actor: Actor, email: str) -> str | None:
    found = session.scalar(
        select(Membership)
        .join(User, User.id == Membership.user_id)
        .where(User.email == email, Membership.org_id == actor.org_id)
    )
    if found is None:
        return None
    if found.disabled_at is not None:
        return f"{found.user.name} is a member who is disabled. Enable them in the list."
    return f"{found.user.name} is a member already."


def _end(session: Session, *which: object) -> int:
    ended = session.execute(
        update(Invite)
        .where(Invite.accepted_at.is_(None), Invite.revoked_at.is_(None), *which)  # type: ignore[arg-type]
        .values(revoked_at=now())
    )
    return int(ended.rowcount)  # type: ignore[attr-defined]
