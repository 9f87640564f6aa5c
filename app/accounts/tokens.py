"""API tokens: made once, shown once, kept as a hash."""

import secrets
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.actors import actor_of, by_hash, still_opens
from app.accounts.allow import Actor
from app.accounts.models import ApiToken
from app.accounts.sign_ins import digest
from app.audit.record import record
from app.core.clock import now

PREFIX = "plumb_"
USED_EVERY = timedelta(minutes=1)


def create_token(session: Session, actor: Actor, name: str) -> str:
    """A new bearer token that may do what its owner may. The return value is the only time it is readable."""
    token = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken(
        user_id=actor.user_id,
        org_id=actor.org_id,
        name=name,
        prefix=token[: len(PREFIX) + 6],
        token_hash=digest(token),
    )
    session.add(row)
    session.flush()
    record(session, actor, "api_token.created", row.id)
    return token


def revoke_token(session: Session, actor: Actor, token_id: int) -> bool:
    """Make one of the actor's own tokens useless. False when there is no such one."""
    revoked = session.execute(
        update(ApiToken)
        .where(
            ApiToken.id == token_id,
            ApiToken.user_id == actor.user_id,
            ApiToken.org_id == actor.org_id,
            ApiToken.revoked_at.is_(None),
        )
        .values(revoked_at=now())
    )
    if not revoked.rowcount:  # type: ignore[attr-defined]
        return False
    record(session, actor, "api_token.revoked", token_id)
    return True


BY_HASH = by_hash(ApiToken, "used_at", still_opens(ApiToken))


def actor_of_token(session: Session, token: str) -> Actor | None:
    """Who this bearer token speaks for; None when it is unknown or revoked, or its owner is gone."""
    if not token.startswith(PREFIX):
        return None
    row = BY_HASH.first(session, {"token_hash": digest(token)})
    if row is None:
        return None
    moment = now()
    if row.last_used is None or moment - row.last_used > USED_EVERY:
        session.execute(update(ApiToken).where(ApiToken.id == row.id).values(used_at=moment))
    return actor_of(row, "token")


def live_tokens(session: Session, actor: Actor) -> list[ApiToken]:
    """The actor's tokens in this org that still work, newest first."""
    return list(
        session.scalars(
            select(ApiToken)
            .where(
                ApiToken.user_id == actor.user_id,
                ApiToken.org_id == actor.org_id,
                ApiToken.revoked_at.is_(None),
            )
            .order_by(ApiToken.id.desc())
        )
    )
