"""Who stands behind a proof: a sign-in or an API token, kept as a hash."""

from typing import Any

from sqlalchemy import Select, bindparam, select

from app.accounts.allow import Actor
from app.accounts.models import ApiToken, Membership, Org, Role, SignIn, User


def by_hash(proof: type[SignIn] | type[ApiToken], last_used: Any) -> Select[*tuple[Any, ...]]:
    """Selects a person by `token_hash`, unless the proof is revoked or the person disabled.

    Build it once: to build a statement takes longer than to send it. `last_used` is the proof's own column.
    """
    return (
        select(
            proof.id,
            proof.org_id,
            last_used.label("last_used"),
            User.id.label("user_id"),
            User.email,
            User.name,
            Org.name.label("org_name"),
            Membership.role,
        )
        .join(User, User.id == proof.user_id)
        .join(Membership, (Membership.user_id == User.id) & (Membership.org_id == proof.org_id))
        .join(Org, Org.id == proof.org_id)
        .where(
            proof.token_hash == bindparam("token_hash"),
            proof.revoked_at.is_(None),
            User.disabled_at.is_(None),
        )
    )


def actor_of(row: Any, via: str) -> Actor:
    """The person of a row that `by_hash` selected."""
    return Actor(row.user_id, row.org_id, row.email, row.name, Role(row.role), row.org_name, via, row.id)
