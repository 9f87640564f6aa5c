"""For whom a question is answered: mandatory, and nothing that a caller can write."""

from dataclasses import dataclass

from app.accounts.allow import Actor
from app.accounts.models import Role


@dataclass(frozen=True, slots=True)
class Scope:
    """One organisation, whether sensitive fields are there, and where weeks begin in words: Monday is 0."""

    org_id: int
    sees_sensitive: bool = False
    first_weekday: int = 0


def scope_of(actor: Actor) -> Scope:
    return Scope(actor.org_id, actor.may(Role.ADMIN), actor.house.first_weekday)
