"""For whom a question is answered: mandatory, and nothing that a caller can write."""

from dataclasses import dataclass

from app.accounts.allow import Actor
from app.accounts.models import Role


@dataclass(frozen=True, slots=True)
class Scope:
    """One organisation, and whether sensitive fields are there."""

    org_id: int
    sees_sensitive: bool = False


def scope_of(actor: Actor) -> Scope:
    return Scope(actor.org_id, actor.may(Role.ADMIN))
