"""The audit entries of an org, newest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, select, text
from sqlalchemy.orm import Session

from app.accounts.allow import Actor, need
from app.accounts.models import Role
from app.audit.models import AuditEntry
from app.core.errors import Invalid
from app.core.text import unstorable

NAMES = ("action", "actor", "resource_type", "resource_id", "from", "to")
LONGEST_PAGE = 1_000
# Steps from one value to the next along an index, however many entries share it.
_DISTINCT = """
with recursive found as (
    (select {name} from audit_entries where org_id = :org_id order by {name} limit 1)
    union all
    select (select {name} from audit_entries where org_id = :org_id and {name} > found.{name}
            order by {name} limit 1)
    from found where found.{name} is not null
)
select {name} from found where {name} is not null
"""


@dataclass(frozen=True, slots=True)
class Filters:
    """All that are given must hold; `action` ending in a point is every action of that type; made in
    [begin, end).
    """

    action: str = ""
    actor: str = ""
    resource_type: str = ""
    resource_id: str = ""
    begin: datetime | None = None
    end: datetime | None = None


def read_filters(given: Mapping[str, str]) -> Filters:
    """`from` and `to` are days of UTC, both included, or moments with an offset, of which `to` is excluded.

    Raises Invalid at each that is wrong or not known.
    """
    said = {name: text.strip() for name, text in given.items() if text.strip()}
    known = f"An audit log knows {', '.join((*NAMES, 'limit', 'before'))}."
    problems = {name: known for name in said if name not in (*NAMES, "limit", "before")}
    problems |= {name: sentence for name, text in said.items() if (sentence := unstorable(text))}
    begin, end = (_moment(said, name, problems) for name in ("from", "to"))
    if begin and end and begin >= end:
        problems["to"] = "This ends before it begins. Choose a later day."
    if problems:
        raise Invalid(" ".join(f"{name}: {text}" for name, text in problems.items()), fields=problems)
    plain = {name: said.get(name, "") for name in NAMES[:4]}
    return Filters(**plain, begin=begin, end=end)


def list_entries(
    session: Session, actor: Actor, filters: Filters, limit: int, before: int | None = None
) -> Sequence[AuditEntry]:
    """Those older than the entry `before`. For admins: raises Forbidden."""
    need(actor, Role.ADMIN)
    found = select(AuditEntry).where(AuditEntry.org_id == actor.org_id)
    if before is not None:
        found = found.where(AuditEntry.id < before)
    return session.scalars(_narrowed(found, filters).order_by(AuditEntry.id.desc()).limit(limit)).all()


def known_words(session: Session, actor: Actor) -> dict[str, list[str]]:
    """The `action`s and `resource_type`s that this org's log holds, by name."""
    return {
        name: list(session.scalars(text(_DISTINCT.format(name=name)), {"org_id": actor.org_id}))
        for name in ("action", "resource_type")
    }


def _narrowed(found: Select[Any], filters: Filters) -> Select[Any]:
    if filters.action.endswith("."):
        found = found.where(AuditEntry.action.startswith(filters.action, autoescape=True))
    elif filters.action:
        found = found.where(AuditEntry.action == filters.action)
    for name in ("actor", "resource_type", "resource_id"):
        if text := getattr(filters, name):
            found = found.where(getattr(AuditEntry, "actor_name" if name == "actor" else name) == text)
    if filters.begin:
        found = found.where(AuditEntry.created_at >= filters.begin)
    return found.where(AuditEntry.created_at < filters.end) if filters.end else found


def _moment(said: Mapping[str, str], name: str, problems: dict[str, str]) -> datetime | None:
    text = said.get(name)
    if text is None:
        return None
    try:
        if len(text) == len("2026-11-21"):
            day = date.fromisoformat(text) + timedelta(days=name == "to")
            return datetime.combine(day, time(), UTC)
        moment = datetime.fromisoformat(text.replace(" ", "+"))  # a plus sign of an address is a space
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    problems[name] = "Use a day such as 2026-11-21, or a moment such as 2026-11-21T09:30:00Z."
    return None
