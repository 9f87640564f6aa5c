"""A page of saved things in one statement, by keyset, newest save first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, tuple_
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.models import User
from app.core.errors import Invalid
from app.saved.models import Saved, SavedVersion, word

PAGE = 50
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows of one page, and the cursor of the next one when there are more."""

    rows: Sequence[Any]
    next: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which things of the org, and where the page begins."""

    q: str = ""
    after: str = ""
    archived: bool = False


def saved_things(
    actor: Actor, model: type[Saved], versions: type[SavedVersion], *columns: Any, archived: bool = False
) -> Select[Any]:
    """id, name, description, version, created_at, changed_at, saved_by_name, and `columns`."""
    whose: Any = getattr(versions, f"{word(model)}_id")
    return (
        select(
            model.id,
            model.name,
            model.description,
            model.latest.label("version"),
            model.created_at,
            model.changed_at,
            User.name.label("saved_by_name"),
            *columns,
        )
        .join(versions, (whose == model.id) & (versions.number == model.latest))
        .join(User, User.id == versions.saved_by)
        .where(
            model.org_id == actor.org_id,
            model.archived_at.is_not(None) if archived else model.archived_at.is_(None),
        )
    )


def holds(q: str, *texts: Any) -> ColumnElement[bool] | None:
    """That one of the texts holds `q`, in whatever case; None where nothing is looked for."""
    wanted = q.replace("\0", "").strip().lower()
    return or_(*(func.lower(text).contains(wanted, autoescape=True) for text in texts)) if wanted else None


def one_page(
    session: Session, model: type[Saved], found: Select[Any], after: str = "", limit: int = PAGE
) -> Listing:
    """From the cursor `after` on. Raises Invalid for one that this function never gave."""
    if after:
        found = found.where(tuple_(model.changed_at, model.id) < tuple_(*_read_cursor(after)))
    newest = found.order_by(model.changed_at.desc(), model.id.desc())
    rows = session.execute(newest.limit(limit + 1)).all()
    more = len(rows) > limit
    rows = rows[:limit]
    return Listing(rows, _cursor(rows[-1].changed_at, rows[-1].id) if more else None)


def _cursor(moment: datetime, id: int) -> str:
    return f"{(moment - _EPOCH) // timedelta(microseconds=1)}-{id}"


def _read_cursor(text: str) -> tuple[datetime, int]:
    microseconds, _, id = text.partition("-")
    try:
        if not (text.isascii() and id.isdigit() and len(text) < 40 and int(id) < 2**63):
            raise ValueError
        return _EPOCH + timedelta(microseconds=int(microseconds)), int(id)
    except (ValueError, OverflowError):
        raise Invalid("Start again from the first page.", fields={"after": "This is no page."}) from None
