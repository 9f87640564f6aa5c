"""What a list of runs may be narrowed to, read from an address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeVar

from app.core.errors import Invalid
from app.runs.models import RunState, Trigger

SEVERAL = ("state", "trigger")
NAMES = ("state", "requested_by", "trigger", "datasource_id", "query_id", "from", "to")
ME = "me"
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Filters:
    """All that are given must hold: one of the states, one of the triggers, and so on; none is any.

    `requested_by` is an e-mail or `me`; asked in [begin, end), in UTC.
    """

    states: tuple[RunState, ...] = ()
    requested_by: str = ""
    triggers: tuple[Trigger, ...] = ()
    datasource_id: int | None = None
    query_id: int | None = None
    begin: datetime | None = None
    end: datetime | None = None


def given_filters(arguments: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The filters among an address's arguments that say something, each with all that was said once."""
    said = {name: [text.strip() for text in arguments.get(name, ())] for name in NAMES}
    return {name: list(dict.fromkeys(filter(None, texts))) for name, texts in said.items() if any(texts)}


def read_filters(several: Mapping[str, Sequence[str]]) -> Filters:
    """As `given_filters` gives them; of what may be said once, the first.

    `from` and `to` are days in UTC, both included, or moments of RFC 3339, of which `to` is excluded.

    Raises Invalid naming each filter that is wrong and what it may be.
    """
    problems: dict[str, str] = {}
    given = {name: texts[0] for name, texts in several.items()}
    found = Filters(
        states=_each_of(RunState, "state", several, problems),
        requested_by=given.get("requested_by", "").lower(),
        triggers=_each_of(Trigger, "trigger", several, problems),
        datasource_id=_number("datasource_id", given, problems),
        query_id=_number("query_id", given, problems),
        begin=_moment("from", given, problems),
        end=_moment("to", given, problems, whole_day=True),
    )
    if found.begin and found.end and found.begin >= found.end:
        problems["to"] = "This ends before it begins. Choose a later day, or an earlier one to begin with."
    if problems:
        raise Invalid(" ".join(problems.values()), fields=problems)
    return found


def _each_of(
    kind: type[E], name: str, several: Mapping[str, Sequence[str]], problems: dict[str, str]
) -> tuple[E, ...]:
    try:
        return tuple(kind(text) for text in several.get(name, ()))
    except ValueError:
        problems[name] = f"Use any of {', '.join(kind)}."
        return ()


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
