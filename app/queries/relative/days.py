"""Weeks, months, quarters and years as spans of days."""

from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

_MONTHS = {"month": 1, "quarter": 3, "year": 12}


class Days(NamedTuple):
    """From `first` up to, and not with, `beyond`."""

    first: date
    beyond: date


def begin(unit: str, day: date, first_weekday: int = 0) -> date:
    """The first day of the unit that holds this day; a week begins on Monday, 0, unless told."""
    if unit == "day":
        return day
    if unit == "week":
        return day - timedelta(days=(day.weekday() - first_weekday) % 7)
    months = _MONTHS[unit]
    return day.replace(month=(day.month - 1) // months * months + 1, day=1)


def shift(unit: str, day: date, count: int) -> date:
    """So many units later; the 31st of a month that has none is its last day. Raises OverflowError."""
    if unit in ("day", "week"):
        return day + timedelta(days=count * (7 if unit == "week" else 1))
    year, month = divmod(day.year * 12 + day.month - 1 + count * _MONTHS[unit], 12)
    if not 1 <= year <= 9998:
        raise OverflowError("outside the calendar")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def units(unit: str, today: date, first: int, beyond: int, first_weekday: int = 0) -> Days:
    """Whole units, counted from the one that holds today: `units("month", today, 0, 1)` is this month."""
    here = begin(unit, today, first_weekday)
    return Days(shift(unit, here, first), shift(unit, here, beyond))
