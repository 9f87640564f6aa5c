"""The members of an org: their roles, whether they may come in, and when they were last seen."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.allow import Actor, need
from app.accounts.models import Role
from app.core.errors import NotFound

PAGE = 100
LONGEST_PAGE = 500
LONGEST_SEARCH = 200

State = Literal["active", "disabled", "account_disabled"]

# A member's rank is in `lower(name), id`: pages follow it.
MEMBERS = """
select users.id, users.name, users.email, role, memberships.created_at as joined_at,
       memberships.disabled_at, users.disabled_at as account_disabled_at,
       greatest(
           memberships.seen_at,
           (select max(seen_at) from sign_ins where user_id = users.id and org_id = :org_id),
           (select max(used_at) from api_tokens where user_id = users.id and org_id = :org_id)) as seen_at,
       (select count(*) from sign_ins where user_id = users.id and org_id = :org_id
        and revoked_at is null and expires_at > now()) as sign_ins,
       (select count(*) from api_tokens where user_id = users.id and org_id = :org_id
        and revoked_at is null) as tokens
from memberships join users on users.id = user_id
where org_id = :org_id and {condition}
order by lower(users.name), users.id limit :limit
"""
LISTED = text(
    MEMBERS.format(
        condition="""
        (:search = '' or strpos(lower(users.name), :search) > 0 or strpos(email, :search) > 0)
        and (:after = 0 or (lower(users.name), users.id) > (
            select lower(name), id from users where id = :after))"""
    )
)
ONE = text(MEMBERS.format(condition="users.id = :user_id"))


@dataclass(frozen=True, slots=True)
class Member:
    """`sign_ins` and `tokens` are those that hold, in this org."""

    id: int
    name: str
    email: str
    role: Role
    joined_at: datetime
    state: State
    seen_at: datetime | None
    sign_ins: int
    tokens: int


def list_members(
    session: Session, actor: Actor, *, search: str = "", after: int = 0, limit: int = PAGE
) -> list[Member]:
    """By name, those behind the member `after`. For admins: raises Forbidden."""
    need(actor, Role.ADMIN)
    asked = {"search": search.strip().lower()[:LONGEST_SEARCH], "after": after, "limit": limit}
    return [_member(row) for row in session.execute(LISTED, {"org_id": actor.org_id, **asked})]


def find_member(session: Session, actor: Actor, user_id: int) -> Member:
    """Raises Forbidden, and NotFound for whoever is not in the actor's org."""
    need(actor, Role.ADMIN)
    asked = {"org_id": actor.org_id, "user_id": user_id, "limit": 1}
    row = session.execute(ONE, asked).first() if user_id < 2**63 else None
    if row is None:
        raise nobody(user_id)
    return _member(row)


def nobody(user_id: int) -> NotFound:
    return NotFound(f"There is no member {user_id} in your organisation.")


def _member(row: object) -> Member:
    found = row._mapping  # type: ignore[attr-defined]
    state: State = "disabled" if found["disabled_at"] else "active"
    return Member(
        found["id"],
        found["name"],
        found["email"],
        Role(found["role"]),
        found["joined_at"],
        "account_disabled" if found["account_disabled_at"] else state,
        found["seen_at"],
        found["sign_ins"],
        found["tokens"],
    )
