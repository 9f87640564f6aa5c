"""What an org decides for all of its people, changed all at once or not at all."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.allow import Actor, need
from app.accounts.house import NUMBERS, WEEKDAYS
from app.accounts.models import Org, Role
from app.audit.record import record
from app.core import runtime
from app.core.db import after_commit
from app.core.errors import Invalid
from app.core.zones import check_zone
from app.datasources.hosts import read_hosts, refuse_to_leave_out
from app.runs.slots.change import MOST as MOST_SLOTS
from app.runs.slots.promote import promote_quietly

NAMES = (
    *("time_zone", "first_weekday", "number_format", "run_timeout_s", "run_max_rows", "run_max_bytes"),
    *("datasource_slots", "allowed_hosts"),
)


def settings_of(session: Session, actor: Actor) -> dict[str, Any]:
    """Each of NAMES; None where it is left to the installation."""
    org = session.get_one(Org, actor.org_id)
    return {name: getattr(org, name) for name in NAMES}


def change_organisation(session: Session, actor: Actor, wanted: Mapping[str, Any]) -> set[str]:
    """Only what is named is changed; returns the names of what is another now.

    A number of None is left to the installation, and so are no hosts. Raises Forbidden, and Invalid with all
    that is wrong.
    """
    need(actor, Role.ADMIN)
    org = session.get_one(Org, actor.org_id, with_for_update={"key_share": True})
    found = dict(wanted)
    problems = {name: text for name, value in wanted.items() if (text := _problem(name, value))}
    for check in (_check_zone, _read_hosts):
        try:
            check(session, actor, found)
        except Invalid as error:
            problems |= error.fields
    if problems:
        raise Invalid(" ".join(f"{name}: {text}" for name, text in problems.items()), fields=problems)
    changed = {name for name, value in found.items() if getattr(org, name) != value}
    for name in changed:
        setattr(org, name, found[name])
    if changed:
        said = {name: _said(found[name]) for name in sorted(changed)}
        record(session, actor, "org.changed", org.id, **said)
    if "datasource_slots" in changed:
        after_commit(session, promote_quietly)
    return changed


def most_of_installation() -> dict[str, int]:
    """The highest value of each limit."""
    settings = runtime.settings()
    return {
        "run_timeout_s": settings.run_timeout_max_s,
        "run_max_rows": settings.run_max_rows_max,
        "run_max_bytes": settings.run_max_bytes_max,
        "datasource_slots": MOST_SLOTS,
    }


def _problem(name: str, value: Any) -> str | None:
    if name == "first_weekday" and value not in WEEKDAYS:
        return "Choose Monday, Saturday or Sunday."
    if name == "number_format" and value not in NUMBERS:
        return "Choose comma, point, space or apostrophe."
    most = most_of_installation().get(name)
    if most is not None and value is not None and not 1 <= value <= most:
        return f"Use 1 to {most:,}, or nothing for what the installation says."
    return None


def _check_zone(session: Session, actor: Actor, found: dict[str, Any]) -> None:
    if "time_zone" in found:
        check_zone(found["time_zone"] or "")


def _read_hosts(session: Session, actor: Actor, found: dict[str, Any]) -> None:
    if "allowed_hosts" in found:
        found["allowed_hosts"] = read_hosts(found["allowed_hosts"] or "")
        refuse_to_leave_out(session, actor, found["allowed_hosts"])


def _said(value: Any) -> str | int | None:
    return ", ".join(value) if isinstance(value, list) else value
