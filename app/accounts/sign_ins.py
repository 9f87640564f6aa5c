"""Signing in, staying signed in, and ending it from anywhere."""

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from app.accounts.actors import actor_of, by_hash, still_opens
from app.accounts.allow import Actor
from app.accounts.models import Membership, Role, SignIn, User
from app.accounts.passwords import hash_password, needs_new_hash, password_matches
from app.audit.record import record
from app.core.clock import now

SEEN_EVERY = timedelta(minutes=1)


def sign_in(session: Session, *, email: str, password: str, browser: str, days: int) -> str | None:
    """A new session token when e-mail and password are right, else None.

    A person with several memberships starts in the oldest that is not disabled.
    """
    user = session.scalar(select(User).where(User.email == email.strip().lower()))
    usable = user is not None and user.disabled_at is None
    if not password_matches(user.password_hash if user and usable else None, password):
        return None
    assert user is not None
    if needs_new_hash(user.password_hash):
        user.password_hash = hash_password(password)
    membership = session.scalar(
        select(Membership)
        .where(Membership.user_id == user.id, Membership.disabled_at.is_(None))
        .order_by(Membership.created_at)
        .limit(1)
    )
    return begin_sign_in(session, user, membership, browser=browser, days=days) if membership else None


def begin_sign_in(session: Session, user: User, membership: Membership, *, browser: str, days: int) -> str:
    """A session token for somebody who has proved who they are."""
    token = secrets.token_urlsafe(32)
    entry = SignIn(
        user_id=user.id,
        org_id=membership.org_id,
        token_hash=digest(token),
        browser=browser[:200],
        expires_at=now() + timedelta(days=days),
    )
    session.add(entry)
    session.flush()
    role = Role(membership.role)
    actor = Actor(user.id, membership.org_id, user.email, user.name, role, membership.org.name)
    record(session, actor, "sign_in.created", entry.id)
    return token


BY_HASH = by_hash(SignIn, "seen_at", SignIn.expires_at > bindparam("moment"), still_opens(SignIn))


def actor_of_session(session: Session, token: str, *, days: int) -> Actor | None:
    """Who this session token belongs to, None when it is unknown, revoked or expired. Extends it."""
    moment = now()
    row = BY_HASH.first(session, {"token_hash": digest(token), "moment": moment})
    if row is None:
        return None
    if moment - row.last_used > SEEN_EVERY:
        extended = {"seen_at": moment, "expires_at": moment + timedelta(days=days)}
        session.execute(update(SignIn).where(SignIn.id == row.id).values(**extended))
    return actor_of(row, "session")


def revoke_sign_in(session: Session, actor: Actor, sign_in_id: int) -> bool:
    """End one of the actor's own sign-ins. False when there is no such one, or it has ended before."""
    ended = session.execute(
        update(SignIn)
        .where(SignIn.id == sign_in_id, SignIn.user_id == actor.user_id, SignIn.revoked_at.is_(None))
        .values(revoked_at=now())
    )
    if not ended.rowcount:  # type: ignore[attr-defined]
        return False
    record(session, actor, "sign_in.revoked", sign_in_id)
    return True


def live_sign_ins(session: Session, actor: Actor) -> list[SignIn]:
    """The actor's sign-ins that still hold, newest use first."""
    return list(
        session.scalars(
            select(SignIn)
            .where(SignIn.user_id == actor.user_id, SignIn.revoked_at.is_(None), SignIn.expires_at > now())
            .order_by(SignIn.seen_at.desc())
        )
    )


def digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
