"""A range of buckets as few pieces: single ones at its ends, and sums of 8 and of 64 in between."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from app.analytics.buckets import WIDTH, Days
from app.analytics.models import Window

ORIGIN = datetime(2000, 1, 3, tzinfo=UTC)  # a Monday
WIDTHS = (8, 64)
PLACES = (1, 1, 8, 8, 64)  # widths of the pieces of a range


class Piece(NamedTuple):
    """Sums of `width` buckets that begin from `begin` to before `end`; 1: the buckets themselves."""

    width: int
    begin: datetime
    end: datetime


def pieces(days: Days, window: Window) -> list[Piece]:
    """One for each of `PLACES`, some of which may be empty; together every bucket of the range once."""
    first, last = days.begin, days.end
    found = []
    for width, wider in zip((1, *WIDTHS), WIDTHS, strict=False):
        stride = WIDTH[window] * wider
        begin, end = ORIGIN - (ORIGIN - first) // stride * stride, ORIGIN + (last - ORIGIN) // stride * stride
        begin, end = (begin, end) if begin < end else (last, last)
        found += [Piece(width, first, begin), Piece(width, end, last)]
        first, last = begin, end
    return [*found, Piece(WIDTHS[-1], first, last)]


def aligned(days: Days, window: Window, width: int) -> tuple[datetime, datetime]:
    """The range widened to whole sums."""
    stride: timedelta = WIDTH[window] * width
    begin = ORIGIN + (days.begin - ORIGIN) // stride * stride
    return begin, ORIGIN - (ORIGIN - days.end) // stride * stride
