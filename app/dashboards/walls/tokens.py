"""Wall links: made once, shown once, kept as a hash, ended at once."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from app.accounts.actors import actor_of, by_hash
from app.accounts.allow import Actor
from app.accounts.models import Role, User
from app.accounts.sign_ins import digest
from app.audit.record import record
from app.core import runtime
from app.core.clock import now
from app.core.errors import Invalid
from app.core.text import unstorable
from app.dashboards.models import Dashboard
from app.dashboards.walls.models import WallToken

PREFIX = "wall_"
LONGEST_NAME = 100
MOST = 100  # links of one dashboard that work at once
USED_EVERY = timedelta(minutes=1)
BY_HASH = by_hash(WallToken, "used_at")


@dataclass(frozen=True, slots=True)
class Wall:
    """What a link opens: one dashboard with these values, for an actor who may only look."""

    id: int
    dashboard_id: int
    address: str
    actor: Actor


def create_wall(
    session: Session, actor: Actor, dashboard: Dashboard, name: str, address: str = ""
) -> tuple[WallToken, str]:
    """A new link's row and its token, which can be read this once. Raises Invalid at `name`."""
    name = name.strip()
    problem = unstorable(name + address)
    if not name or len(name) > LONGEST_NAME:
        problem = f"Say where it hangs, in at most {LONGEST_NAME} characters."
    elif len(live_walls(session, dashboard)) >= MOST:
        problem = f"There are {MOST} links already. Revoke one that is not used."
    if problem:
        raise Invalid(problem, fields={"name": problem})
    token = PREFIX + secrets.token_urlsafe(32)
    wall = WallToken(
        org_id=actor.org_id,
        dashboard_id=dashboard.id,
        user_id=actor.user_id,
        name=name,
        prefix=token[: len(PREFIX) + 6],
        token_hash=digest(token),
        address=address,
    )
    session.add(wall)
    session.flush()
    record(session, actor, "wall.created", wall.id, name=f"{dashboard.name}: {name}")
    return wall, token


def revoke_wall(session: Session, actor: Actor, dashboard: Dashboard, wall_id: int) -> bool:
    """End a link for good. False when there is no such one, or it has ended before."""
    revoked = session.execute(
        update(WallToken)
        .where(
            WallToken.id == min(wall_id, 2**63 - 1),
            WallToken.dashboard_id == dashboard.id,
            WallToken.revoked_at.is_(None),
        )
        .values(revoked_at=now())
    )
    if not revoked.rowcount:  # type: ignore[attr-defined]
        return False
    record(session, actor, "wall.revoked", wall_id, name=dashboard.name)
    return True


def live_walls(session: Session, dashboard: Dashboard) -> Sequence[Row[*tuple[Any, ...]]]:
    """id, name, prefix, address, created_at, used_at, made_by of the links that work, newest first."""
    return session.execute(
        select(
            WallToken.id,
            WallToken.name,
            WallToken.prefix,
            WallToken.address,
            WallToken.created_at,
            WallToken.used_at,
            User.name.label("made_by"),
        )
        .join(User, User.id == WallToken.user_id)
        .where(WallToken.dashboard_id == dashboard.id, WallToken.revoked_at.is_(None))
        .order_by(WallToken.id.desc())
    ).all()


def wall_of_token(session: Session, token: str) -> Wall | None:
    """What this token opens; None when it is unknown or revoked, or its maker is no member any more."""
    if not token.startswith(PREFIX):
        return None
    row = BY_HASH.first(session, {"token_hash": digest(token)})
    if row is None:
        return None
    kept, moment = session.get_one(WallToken, row.id), now()
    if row.last_used is None or moment - row.last_used > USED_EVERY:
        session.execute(update(WallToken).where(WallToken.id == row.id).values(used_at=moment))
    maker = actor_of(row, "wall")
    looker = replace(maker, email="", name="A wall", role=Role.VIEWER, orgs=1)
    return Wall(kept.id, kept.dashboard_id, kept.address, looker)


def mark_of(wall: Wall, run_id: int) -> str:
    """What a wall's page puts into the address of a run's rows: only runs that it has shown can be read."""
    said = f"{wall.id}:{run_id}".encode()
    return hmac.new(runtime.settings().secret_key.encode(), said, hashlib.sha256).hexdigest()[:32]


def is_marked(wall: Wall, run_id: int, mark: str) -> bool:
    return hmac.compare_digest(mark_of(wall, run_id).encode(), mark.encode())
