"""Who stands behind a proof: a sign-in or an API token, kept as a hash."""

from typing import Any

from sqlalchemy import ColumnElement, bindparam, select

from app.accounts.allow import Actor
from app.accounts.models import Membership, Org, Role, User
from app.core.db import Base
from app.core.quick import Quick


def by_hash(proof: type[Base], last_used: str, *more: ColumnElement[bool]) -> Quick:
    """Selects a person by `token_hash`, unless the proof is revoked or the person disabled.

    Every request waits for it. The proof has `user_id`, `org_id`, `token_hash` and
    `revoked_at`; `last_used` is the name of a column of its own.
    """
    kept, user, org, member = (each.__table__.c for each in (proof, User, Org, Membership))
    return Quick(
        select(
            kept.id,
            kept.org_id,
            kept[last_used].label("last_used"),
            user.id.label("user_id"),
            user.email,
            user.name,
            org.name.label("org_name"),
            member.role,
        )
        .join_from(proof.__table__, User.__table__, user.id == kept.user_id)
        .join(Membership.__table__, (member.user_id == user.id) & (member.org_id == kept.org_id))
        .join(Org.__table__, org.id == kept.org_id)
        .where(
            kept.token_hash == bindparam("token_hash"),
            kept.revoked_at.is_(None),
            user.disabled_at.is_(None),
            *more,
        )
    )


def actor_of(row: Any, via: str) -> Actor:
    """The person of a row that `by_hash` selected."""
    return Actor(row.user_id, row.org_id, row.email, row.name, Role(row.role), row.org_name, via, row.id)
