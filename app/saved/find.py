"""A page of saved things in one statement, by keyset, newest save first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, or_, select, tuple_
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.models import User
from app.core.errors import Invalid
from app.saved.favourites import favoured
from app.saved.models import Sort, Tag
from app.saved.tags import normal, tag_names

PAGE = 50
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows of one page, and the cursor of the next one when there are more."""

    rows: Sequence[Any]
    next: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which things of the org: with `q` in their name, text or tags, and all of these tags."""

    q: str = ""
    tags: tuple[str, ...] = ()
    favourites: bool = False
    archived: bool = False


def saved_things(
    actor: Actor, sort: Sort, wanted: Wanted, *columns: Any, texts: Sequence[Any] = ()
) -> Select[Any]:
    """id, name, description, version, created_at, changed_at, saved_by_name, tags, favourite, and `columns`.

    `texts` are searched beside name and tags.
    """
    things, versions = sort.things, sort.versions
    whose: Any = getattr(versions, f"{sort.one}_id")
    found = (
        select(
            things.id,
            things.name,
            things.description,
            things.latest.label("version"),
            things.created_at,
            things.changed_at,
            User.name.label("saved_by_name"),
            tag_names(sort).label("tags"),
            favoured(actor, sort).label("favourite"),
            *columns,
        )
        .join(versions, (whose == things.id) & (versions.number == things.latest))
        .join(User, User.id == versions.saved_by)
        .where(
            things.org_id == actor.org_id,
            things.archived_at.is_not(None) if wanted.archived else things.archived_at.is_(None),
        )
    )
    if q := wanted.q.replace("\0", "").strip().lower():
        written = (func.lower(text).contains(q, autoescape=True) for text in (things.name, *texts))
        found = found.where(or_(*written, bears(sort, Tag.name.contains(normal(q), autoescape=True))))
    if wanted.favourites:
        found = found.where(favoured(actor, sort))
    return found.where(*(bears(sort, Tag.name == normal(tag)) for tag in wanted.tags))


def one_page(
    session: Session,
    actor: Actor,
    sort: Sort,
    found: Select[Any],
    after: str = "",
    limit: int = PAGE,
    favourites_first: bool = False,
) -> Listing:
    """From the cursor `after` on. Raises Invalid for one that this function never gave."""
    first = favoured(actor, sort) if favourites_first else false()
    place = (first, sort.things.changed_at, sort.things.id)
    if after:
        found = found.where(tuple_(*place) < tuple_(*_read_cursor(after)))
    newest = found.order_by(*(part.desc() for part in place[0 if favourites_first else 1 :]))
    rows = session.execute(newest.limit(limit + 1)).all()
    more = len(rows) > limit
    rows = rows[:limit]
    return Listing(rows, _cursor(rows[-1], favourites_first) if more else None)


def count_tags(session: Session, sort: Sort, found: Select[Any], most: int = 30) -> Sequence[tuple[str, int]]:
    """Tags of what was found, and how many bear each; the most frequent first."""
    ids = found.with_only_columns(sort.things.id)
    count = func.count()
    return [
        (name, number)
        for name, number in session.execute(
            select(Tag.name, count)
            .join(sort.taggings, sort.taggings.tag_id == Tag.id)
            .where(sort.taggings.thing_id.in_(ids))
            .group_by(Tag.name)
            .order_by(count.desc(), Tag.name)
            .limit(most)
        )
    ]


def bears(sort: Sort, which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether each of a list of things bears such a tag."""
    taggings = select(sort.taggings.tag_id).join(Tag, Tag.id == sort.taggings.tag_id)
    return taggings.where(sort.taggings.thing_id == sort.things.id, which).correlate(sort.things).exists()


def _cursor(row: Any, favourites_first: bool) -> str:
    microseconds = (row.changed_at - _EPOCH) // timedelta(microseconds=1)
    return f"{microseconds}-{row.id}" + ("-favourite" if favourites_first and row.favourite else "")


def _read_cursor(text: str) -> tuple[bool, datetime, int]:
    place, _, favourite = text.partition("-favourite")
    microseconds, _, id = place.partition("-")
    try:
        if favourite or not (text.isascii() and id.isdigit() and len(text) < 60 and int(id) < 2**63):
            raise ValueError
        return text != place, _EPOCH + timedelta(microseconds=int(microseconds)), int(id)
    except (ValueError, OverflowError):
        raise Invalid("Start again from the first page.", fields={"after": "This is no page."}) from None
