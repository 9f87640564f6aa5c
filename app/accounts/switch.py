"""One person in several orgs: a sign-in is in one of them at a time."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.models import Membership, Org, SignIn
from app.audit.record import record
from app.core.clock import now
from app.core.errors import Conflict, Forbidden, NotFound


def orgs_of(session: Session, actor: Actor) -> Sequence[Row[*tuple[Any, ...]]]:
    """`id`, `name` and `role` of each org that this person may come into, by name."""
    found = (
        select(Org.id, Org.name, Membership.role)
        .join(Membership, Membership.org_id == Org.id)
        .where(Membership.user_id == actor.user_id, Membership.disabled_at.is_(None))
    )
    return session.execute(found.order_by(Org.name, Org.id)).all()


def switch_org(session: Session, actor: Actor, org_id: int) -> None:
    """The sign-in goes on in this org. Raises NotFound unless one is a member there.

    Raises Forbidden to an API token, which is of one org; Conflict when an admin there has ended all sign-ins
    from before.
    """
    if actor.via != "session" or actor.proof_id is None:
        raise Forbidden("A token is of one organisation. Make one there.")
    there = session.get(Membership, (org_id, actor.user_id)) if 0 < org_id < 2**63 else None
    if there is None or there.disabled_at is not None:
        raise NotFound(f"You are in no organisation {org_id}.")
    sign_in = session.get_one(SignIn, actor.proof_id)
    if there.proofs_after and sign_in.created_at < there.proofs_after:
        raise Conflict(f"An admin of {there.org.name} has signed you out. Sign out here, and in again.")
    if sign_in.org_id == org_id:
        return
    session.execute(
        update(Membership)
        .where(Membership.org_id == sign_in.org_id, Membership.user_id == actor.user_id)
        .values(seen_at=now())
    )
    sign_in.org_id = org_id
    record(session, actor, "sign_in.left", sign_in.id)
    record(session, Arrived(org_id, actor.user_id, actor.name), "sign_in.arrived", sign_in.id)


class Arrived:
    """The same person in the other org, for its audit log."""

    def __init__(self, org_id: int, user_id: int, name: str) -> None:
        self.org_id, self.user_id, self.name = org_id, user_id, name
