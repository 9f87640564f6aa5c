"""Who asks, and what of their org they may touch: fetch and authorise in one call."""

from dataclasses import dataclass
from typing import Protocol, TypeVar

from sqlalchemy.orm import Session

from app.accounts.house import PLAIN, House
from app.accounts.models import Role
from app.core.errors import Forbidden, NotFound


@dataclass(frozen=True, slots=True)
class Actor:
    """A person in one org, for the length of a request. `via` says how they proved it.

    `orgs`: of how many they are a member. `house`: what this one has decided for all.
    """

    user_id: int
    org_id: int
    email: str
    name: str
    role: Role
    org_name: str
    via: str = "session"
    proof_id: int | None = None
    orgs: int = 1
    house: House = PLAIN

    def may(self, needed: Role) -> bool:
        return self.role.covers(needed)


class OrgOwned(Protocol):
    org_id: object


T = TypeVar("T")


def fetch(session: Session, actor: Actor, model: type[T], id: int, *, lock: bool = False) -> T:
    """The row with this id in the actor's org. Raises NotFound, for another org's row as for none.

    `lock` holds the row until the transaction ends.
    """
    row = session.get(model, id, with_for_update=lock) if 0 < id < 2**63 else None
    if row is None or getattr(row, "org_id", None) != actor.org_id:
        raise NotFound(f"There is no {_word(model)} {id} in your organisation.")
    return row


def need(actor: Actor, role: Role) -> None:
    """Raises Forbidden unless the actor's role covers this one."""
    if not actor.may(role):
        raise Forbidden(f"This takes the role {role}; you are {actor.role.phrase}.")


def _word(model: type) -> str:
    name = model.__name__
    return "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip()
