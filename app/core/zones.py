"""Time zones by their IANA names, and the clock on the wall in one of them."""

from datetime import UTC, date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from app.core.errors import Invalid

_LEFT_OUT = ("posix/", "right/", "SystemV/", "Etc/", "posixrules", "localtime", "Factory")


@cache
def _known() -> frozenset[str]:
    """zoneinfo walks through its files for them each time, which takes longer than a small run."""
    return frozenset(name for name in available_timezones() if not name.startswith(_LEFT_OUT[:3]))


@cache
def zone_names() -> tuple[str, ...]:
    """Every zone that can be chosen, `UTC` first, then by name."""
    places = (name for name in _known() if "/" in name and not name.startswith(_LEFT_OUT))
    return ("UTC", *sorted(places))


def is_zone(name: str) -> bool:
    """Whether this is the IANA name of a zone, old spellings included."""
    return name in _known()


def check_zone(name: str) -> None:
    """Raises Invalid at `time_zone`."""
    if not is_zone(name):
        sentence = "There is no such time zone. Write a name such as Europe/Berlin or UTC."
        raise Invalid(sentence, fields={"time_zone": sentence})


def on_the_wall(moment: datetime, zone: str) -> datetime:
    """What the clock of a zone shows at this moment, with its offset."""
    return moment.astimezone(ZoneInfo(zone))


def instant(day: date, at: time, zone: str) -> datetime:
    """The moment at which the zone's clock shows this day and time, with its offset.

    As Postgres has it: a time that the clock skips is read with the offset from before, which for a midnight
    is the first moment of the day; one that it shows twice is the second.
    """
    there = ZoneInfo(zone)
    early = datetime.combine(day, at, there)
    late = early.replace(fold=1)
    # In a gap the offset grows from the first reading to the second, in a repeated hour it shrinks.
    chosen = late if late.utcoffset() < early.utcoffset() else early  # type: ignore[operator]
    return chosen.astimezone(UTC).astimezone(there)


def midnight(day: date, zone: str) -> datetime:
    """Where a day begins in a zone."""
    return instant(day, time(), zone)
