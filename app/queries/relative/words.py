"""Times in words: `last 7 days`, `this month`, `since 08:00`, `yesterday`, `2 hours ago`.

A closed grammar, read in a zone at one moment:

    day     today | yesterday | tomorrow | N UNITS ago | start of [this | last | next] UNIT
    time    now | N (minutes | hours) ago | DAY | DAY at HH:MM
    days    today | yesterday | tomorrow | (this | last | previous | next) UNIT | UNIT to date
            | last N UNITS            the last of them is the one that is under way, up to today
            | previous N UNITS        all of them are over
            | since YYYY-MM-DD        up to today
    span    DAYS | last [N] (minutes | hours) | since HH:MM | since YYYY-MM-DD      up to now

UNIT is day, week, month, quarter or year; weeks begin on Monday unless the org says otherwise. Days as a
span of time go from midnight to midnight in the zone, whatever their length.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

from app.core.zones import instant, midnight, on_the_wall
from app.queries.relative.days import Days, begin, shift, units

T = TypeVar("T")

_UNIT = r"(day|week|month|quarter|year)"
_CLOCK = r"([01]?[0-9]|2[0-3]):([0-5][0-9])"
_DATE = r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
_COUNT = r"([0-9]{1,4})"
_NEAR = {"today": 0, "yesterday": -1, "tomorrow": 1}
_BEFORE = {"this": 0, "last": -1, "previous": -1, "next": 1}

_AGO = re.compile(rf"{_COUNT} {_UNIT}s? ago")
_START = re.compile(rf"start of (?:(this|last|previous|next) )?{_UNIT}")
_MOMENTS_AGO = re.compile(rf"{_COUNT} (minute|hour)s? ago")
_DAY_AT = re.compile(rf"(.+) at {_CLOCK}")
_ONE = re.compile(rf"(this|last|previous|next) {_UNIT}")
_TO_DATE = re.compile(rf"{_UNIT} to date")
_LAST = re.compile(rf"last {_COUNT} {_UNIT}s?")
_PREVIOUS = re.compile(rf"previous {_COUNT} {_UNIT}s?")
_LAST_MOMENTS = re.compile(rf"last (?:{_COUNT} )?(minute|hour)s?")
_SINCE_CLOCK = re.compile(rf"since {_CLOCK}")
_SINCE_DATE = re.compile(rf"since {_DATE}")


class BadWords(ValueError):
    """Words outside the grammar, or a time outside the calendar; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class When:
    """The moment at which words are read, the zone whose calendar they mean, and where its weeks begin.

    `first_weekday` counts from Monday, 0.
    """

    moment: datetime
    zone: str
    first_weekday: int = 0

    @property
    def today(self) -> date:
        return on_the_wall(self.moment, self.zone).date()


def tidy(text: str) -> str:
    """Lower case, single spaces: `Last  7 Days` is `last 7 days`."""
    return " ".join(text.lower().split())


def day_in_words(text: str, when: When) -> date:
    """Raises BadWords."""
    words = tidy(text)
    if (found := _read(_day, words, when)) is None:
        raise BadWords("Write a date such as 2013-01-31, or words such as yesterday or 7 days ago.")
    return found


def time_in_words(text: str, when: When) -> datetime:
    """With the zone's offset at that moment. Raises BadWords."""
    if (found := _read(_time, tidy(text), when)) is None:
        raise BadWords(
            "Write a date and a time, such as 2013-01-31 17:00, or words such as now, 2 hours ago or"
            " yesterday at 08:00."
        )
    return found


def days_in_words(text: str, when: When) -> tuple[date, date]:
    """The first and the last day, both included. Raises BadWords."""
    found = _read(_days, tidy(text), when)
    if found is None:
        raise BadWords("Write words such as last 7 days or this month, or two dates: 2013-01-01..2013-01-31.")
    return found.first, found.beyond - timedelta(days=1)


def span_in_words(text: str, when: When) -> tuple[datetime, datetime]:
    """The first moment, and the one at which it is over, with the zone's offsets. Raises BadWords."""
    found = _read(_span, tidy(text), when)
    if found is None:
        raise BadWords(
            "Write words such as last 24 hours, since 08:00 or this month, or two times:"
            " 2013-01-01 08:00..2013-01-01 16:00."
        )
    return found


def _read(reader: Callable[[str, When], T], words: str, when: When) -> T:
    try:
        return reader(words, when)
    except BadWords:
        raise
    except (OverflowError, ValueError):
        raise BadWords("This lies outside the calendar.") from None


def _day(words: str, when: When) -> date | None:
    if words in _NEAR:
        return shift("day", when.today, _NEAR[words])
    if found := _AGO.fullmatch(words):
        return shift(found[2], when.today, -int(found[1]))
    if found := _START.fullmatch(words):
        return shift(found[2], begin(found[2], when.today, when.first_weekday), _BEFORE[found[1] or "this"])
    return None


def _time(words: str, when: When) -> datetime | None:
    if words == "now":
        return on_the_wall(when.moment, when.zone)
    if found := _MOMENTS_AGO.fullmatch(words):
        return on_the_wall(when.moment - _moments(found[1], found[2]), when.zone)
    if (found := _DAY_AT.fullmatch(words)) and (day := _day(found[1], when)):
        return instant(day, time(int(found[2]), int(found[3])), when.zone)
    day = _day(words, when)
    return midnight(day, when.zone) if day else None


def _days(words: str, when: When) -> Days | None:
    today = when.today
    if words in _NEAR:
        return units("day", today, _NEAR[words], _NEAR[words] + 1)
    if found := _ONE.fullmatch(words):
        near = _BEFORE[found[1]]
        return units(found[2], today, near, near + 1, when.first_weekday)
    if found := _TO_DATE.fullmatch(words):
        return Days(begin(found[1], today, when.first_weekday), shift("day", today, 1))
    if (found := _LAST.fullmatch(words)) and int(found[1]):
        return Days(
            units(found[2], today, 1 - int(found[1]), 1, when.first_weekday).first, shift("day", today, 1)
        )
    if (found := _PREVIOUS.fullmatch(words)) and int(found[1]):
        return units(found[2], today, -int(found[1]), 0, when.first_weekday)
    if found := _SINCE_DATE.fullmatch(words):
        first = date.fromisoformat(found[1])
        if first > today:
            raise BadWords(f"{first} has not come yet.")
        return Days(first, shift("day", today, 1))
    return None


def _span(words: str, when: When) -> tuple[datetime, datetime] | None:
    now = on_the_wall(when.moment, when.zone)
    if (found := _LAST_MOMENTS.fullmatch(words)) and int(found[1] or 1):
        return on_the_wall(when.moment - _moments(found[1] or "1", found[2]), when.zone), now
    if found := _SINCE_CLOCK.fullmatch(words):
        return _latest(time(int(found[1]), int(found[2])), when), now
    days = _days(words, when)
    if days is None:
        return None
    to_now = _SINCE_DATE.fullmatch(words) or _TO_DATE.fullmatch(words)
    return midnight(days.first, when.zone), now if to_now else midnight(days.beyond, when.zone)


def _moments(count: str, unit: str) -> timedelta:
    return timedelta(minutes=int(count) * (60 if unit == "hour" else 1))


def _latest(clock: time, when: When) -> datetime:
    """When the clock last showed this: today, or yesterday where that is still to come."""
    for days in (0, -1):
        found = instant(shift("day", when.today, days), clock, when.zone)
        if found.astimezone(UTC) <= when.moment:
            return found
    raise BadWords("This lies outside the calendar.")
