"""What a list of runs may be narrowed to, read from an address."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeVar

from app.core.errors import Invalid
from app.runs.models import RunState, Trigger

NAMES = ("state", "requested_by", "trigger", "datasource_id", "query_id", "from", "to")
ME = "me"
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Filters:
    """All that are given must hold. `requested_by` is an e-mail or `me`; asked in [begin, end), in UTC.

    `given` is what the address said of each, for its form and its links.
    """

    state: RunState | None = None
    requested_by: str = ""
    trigger: Trigger | None = None
    datasource_id: int | None = None
    query_id: int | None = None
    begin: datetime | None = None
    end: datetime | None = None
    given: Mapping[str, str] = field(default_factory=dict)


def given_filters(arguments: Mapping[str, str]) -> dict[str, str]:
    """The filters among an address's arguments that say something."""
    return {name: text for name in NAMES if (text := arguments.get(name, "").strip())}


def read_filters(given: Mapping[str, str]) -> Filters:
    """`from` and `to` are days in UTC, both included, or moments of RFC 3339, of which `to` is excluded.

    Raises Invalid naming each filter that is wrong and what it may be.
    """
    problems: dict[str, str] = {}
    found = Filters(
        state=_one_of(RunState, "state", given, problems),
        requested_by=given.get("requested_by", "").lower(),
        trigger=_one_of(Trigger, "trigger", given, problems),
        datasource_id=_number("datasource_id", given, problems),
        query_id=_number("query_id", given, problems),
        begin=_moment("from", given, problems),
        end=_moment("to", given, problems, whole_day=True),
        given=given,
    )
    if found.begin and found.end and found.begin >= found.end:
        problems["to"] = "This ends before it begins. Choose a later day, or an earlier one to begin with."
    if problems:
        raise Invalid(" ".join(problems.values()), fields=problems)
    return found


def _one_of(kind: type[E], name: str, given: Mapping[str, str], problems: dict[str, str]) -> E | None:
    if name not in given:
        return None
    try:
        return kind(given[name])
    except ValueError:
        problems[name] = f"Use one of {', '.join(kind)}."
        return None


def _number(name: str, given: Mapping[str, str], problems: dict[str, str]) -> int | None:
    text = given.get(name)
    if text is None:
        return None
    if text.isascii() and text.isdigit() and len(text) < 19:
        return int(text)
    problems[name] = "Use a whole number."
    return None


def _moment(
    name: str, given: Mapping[str, str], problems: dict[str, str], *, whole_day: bool = False
) -> datetime | None:
    text = given.get(name)
    if text is None:
        return None
    try:
        if len(text) == len("2026-11-21"):
            day = date.fromisoformat(text) + timedelta(days=whole_day)
            return datetime.combine(day, time(), UTC)
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        problems[name] = "Use a day such as 2026-11-21, or a moment such as 2026-11-21T09:30:00Z."
        return None
