"""Versions: one of them, and whose turn it is to save the next, so that nobody's edit is lost."""

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.base import ExecutableOption

from app.accounts.models import User
from app.core.clock import now
from app.core.errors import Conflict, NotFound
from app.saved.models import Saved, SavedVersion, word

V = TypeVar("V", bound=SavedVersion)


class Overtaken(Conflict):
    """Somebody saved `latest` while this edit was based on an older version."""

    def __init__(self, detail: str, latest: int) -> None:
        super().__init__(detail)
        self.latest = latest


def take_turn(session: Session, thing: Saved, versions: type[SavedVersion], based_on: int) -> None:
    """Hold the thing until the transaction ends, for a version made from version `based_on`.

    Raises Overtaken when that is no longer the newest, NotFound when the thing was archived meanwhile.
    """
    session.refresh(thing, with_for_update=True)
    if thing.archived_at is not None:
        raise NotFound(f"{thing.name} was archived.")
    if based_on != thing.latest:
        raise Overtaken(_who_was_faster(session, thing, versions, based_on), thing.latest)


def count_on(thing: Saved, *, name: str, description: str) -> None:
    """Its next version begins."""
    thing.name, thing.description = name, description
    thing.latest += 1
    thing.changed_at = now()


def find_version(
    session: Session, thing: Saved, versions: type[V], number: int, *options: ExecutableOption
) -> V:
    """One version of the thing. Raises NotFound."""
    version = session.scalar(select(versions).where(_numbered(versions, thing, number)).options(*options))
    if version is None:
        raise NotFound(f"{thing.name} has no version {number}.")
    return version


def _numbered(versions: type[SavedVersion], thing: Saved, number: int) -> ColumnElement[bool]:
    whose: Any = getattr(versions, f"{word(type(thing))}_id")
    belongs: ColumnElement[bool] = whose == thing.id
    return belongs & (versions.number == min(number, 2**62))


def _who_was_faster(session: Session, thing: Saved, versions: type[SavedVersion], based_on: int) -> str:
    who = session.scalar(
        select(User.name)
        .join(versions, versions.saved_by == User.id)
        .where(_numbered(versions, thing, thing.latest))
    )
    return (
        f"{who} saved version {thing.latest} while you were editing version {based_on}."
        " What you made is still here and nothing was overwritten."
    )
