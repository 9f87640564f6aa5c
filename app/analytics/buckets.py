"""Days and weeks of UTC. A range of days is widened to the whole buckets that it touches."""

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from app.analytics.models import Window
from app.core.clock import now

DAY = timedelta(days=1)
WIDTH = {Window.DAY: DAY, Window.WEEK: timedelta(days=7)}
EARLIEST = date(2000, 1, 1)


class Days(NamedTuple):
    """From the first day to the last, both included."""

    first: date
    last: date

    @property
    def begin(self) -> datetime:
        return datetime.combine(self.first, time(), UTC)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.last + DAY, time(), UTC)

    def count(self, window: Window) -> int:
        """How many buckets, of days that are widened."""
        return (self.last - self.first + DAY) // WIDTH[window]


def today() -> date:
    return now().date()


def bucket_of(day: date, window: Window) -> date:
    """The first day of its bucket."""
    return day - timedelta(days=day.weekday()) if window is Window.WEEK else day


def widened(first: date, last: date, window: Window) -> Days:
    return Days(bucket_of(first, window), bucket_of(last, window) + WIDTH[window] - DAY)


def read_day(text: str) -> date | None:
    """Of `2026-11-21`; None for what is no day from the year 2000 on."""
    try:
        found = date.fromisoformat(text) if len(text) == len("2026-11-21") and text[4] == "-" else None
    except ValueError:
        return None
    return found if found is not None and EARLIEST <= found < date(9000, 1, 1) else None
