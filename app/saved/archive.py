"""Off the lists and back on them; versions, and what was made from them, stay."""

from typing import TypeVar

from sqlalchemy.orm import Session

from app.accounts.allow import Actor, fetch
from app.audit.record import record
from app.core.clock import now
from app.core.errors import Conflict, NotFound
from app.saved.models import Saved, word

T = TypeVar("T", bound=Saved)


def fetch_live(session: Session, actor: Actor, model: type[T], id: int, *, lock: bool = False) -> T:
    """Raises NotFound for a stranger's thing, as for none, and for an archived one."""
    thing = fetch(session, actor, model, id, lock=lock)
    if thing.archived_at is not None:
        raise NotFound(f"{thing.name} was archived.")
    return thing


def archive(session: Session, actor: Actor, thing: Saved) -> None:
    """Take it off the lists."""
    thing.archived_at = now()
    _audit(session, actor, thing, "archived")


def unarchive(session: Session, actor: Actor, thing: Saved) -> None:
    """Back on the lists, first of all. Raises Conflict for one that is on them."""
    if thing.archived_at is None:
        raise Conflict(f"{thing.name} is not archived.")
    thing.archived_at, thing.changed_at = None, now()
    _audit(session, actor, thing, "unarchived")


def _audit(session: Session, actor: Actor, thing: Saved, deed: str) -> None:
    record(session, actor, f"{word(type(thing))}.{deed}", thing.id, name=thing.name, version=thing.latest)
