"""Who stands behind a proof: a sign-in or an API token, kept as a hash."""

from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, or_, select

from app.accounts.allow import Actor
from app.accounts.house import columns, house_of
from app.accounts.models import ApiToken, Membership, Org, Role, SignIn, User
from app.core.db import Base
from app.core.quick import Quick


def by_hash(proof: type[Base], last_used: str, *more: ColumnElement[bool]) -> Quick:
    """Selects a person by `token_hash`, unless the proof is revoked or the person or membership disabled.

    Every request waits for it. The proof has `user_id`, `org_id`, `token_hash` and
    `revoked_at`; `last_used` is the name of a column of its own.
    """
    others = Membership.__table__.alias()
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
            select(func.count())
            .where(others.c.user_id == kept.user_id, others.c.disabled_at.is_(None))
            .scalar_subquery()
            .label("orgs"),
            *columns(),
        )
        .join_from(proof.__table__, User.__table__, user.id == kept.user_id)
        .join(Membership.__table__, (member.user_id == user.id) & (member.org_id == kept.org_id))
        .join(Org.__table__, org.id == kept.org_id)
        .where(
            kept.token_hash == bindparam("token_hash"),
            kept.revoked_at.is_(None),
            user.disabled_at.is_(None),
            member.disabled_at.is_(None),
            *more,
        )
    )


def still_opens(proof: type[SignIn] | type[ApiToken]) -> ColumnElement[bool]:
    """Nobody ended all proofs of this person in the org since this one was made."""
    return or_(Membership.proofs_after.is_(None), Membership.proofs_after <= proof.created_at)


def actor_of(row: Any, via: str) -> Actor:
    """The person of a row that `by_hash` selected."""
    return Actor(
        row.user_id,
        row.org_id,
        row.email,
        row.name,
        Role(row.role),
        row.org_name,
        via,
        row.id,
        row.orgs,
        house_of(row),
    )
