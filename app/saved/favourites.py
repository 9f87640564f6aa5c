"""What somebody keeps at hand: theirs alone."""

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.saved.models import Saved, Sort


def favour(session: Session, actor: Actor, sort: Sort, thing: Saved) -> None:
    """Once more changes nothing."""
    row = {"thing_id": thing.id, "user_id": actor.user_id}
    session.execute(insert(sort.favourites).values(row).on_conflict_do_nothing())


def disfavour(session: Session, actor: Actor, sort: Sort, thing: Saved) -> None:
    session.execute(delete(sort.favourites).where(_is(actor, sort), sort.favourites.thing_id == thing.id))


def is_favourite(session: Session, actor: Actor, sort: Sort, thing: Saved) -> bool:
    return session.get(sort.favourites, (thing.id, actor.user_id)) is not None


def favoured(actor: Actor, sort: Sort) -> ColumnElement[bool]:
    """For a list of the things: whether each is one of the actor's."""
    theirs = select(sort.favourites).where(_is(actor, sort), sort.favourites.thing_id == sort.things.id)
    return theirs.correlate(sort.things).exists()


def _is(actor: Actor, sort: Sort) -> ColumnElement[bool]:
    return sort.favourites.user_id == actor.user_id
