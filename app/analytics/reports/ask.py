"""What an address asks of a report, with the defaults, and what is wrong with it by name."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from app.analytics.buckets import DAY, read_day, today, widened
from app.analytics.models import Window
from app.analytics.reports.kind import Asked, ReportKind
from app.core.errors import Invalid
from app.core.text import unstorable

DEFAULT_DAYS = timedelta(days=30)
LONGEST_DAYS = 1_830  # five years
DEFAULT_LIMIT, MOST = 50, 100
LARGEST_OFFSET = 1_000_000


def read_asked(
    given: Mapping[str, str],
    kind: ReportKind,
    default_window: str,
    most: int = MOST,
    limit: int = DEFAULT_LIMIT,
) -> Asked:
    """An argument without text counts as absent. Raises Invalid at each that is wrong or not known here."""
    said = {name: text.strip() for name, text in given.items() if text.strip()}
    problems = _unknown(said, kind)
    window = _choice(said, "window", tuple(Window), problems) or default_window
    breakdown = _choice(said, "breakdown", kind.breakdowns, problems)
    first, last = _days(said, problems)
    found_limit = _number(said, "limit", limit, 1, most, problems)
    offset = _number(said, "offset", 0, 0, LARGEST_OFFSET, problems)
    filters = tuple((name, said[name]) for name in kind.filters if name in said)
    problems |= {name: sentence for name, text in filters if (sentence := unstorable(text))}
    if problems:
        raise Invalid(" ".join(f"{name}: {text}" for name, text in problems.items()), fields=problems)
    days = widened(first, last, Window(window))
    return Asked(Window(window), days.first, days.last, found_limit, offset, breakdown, filters)


def _unknown(said: Mapping[str, str], kind: ReportKind) -> dict[str, str]:
    known = ["window", "date_from", "date_to", "limit", "offset", *kind.filters]
    if kind.breakdowns:
        known.insert(3, "breakdown")
    sentence = f"{kind.slug} does not know this. It knows {', '.join(known)}."
    return {name: sentence for name in said if name not in known}


def _choice(
    said: Mapping[str, str], name: str, allowed: tuple[StrEnum | str, ...], problems: dict[str, str]
) -> str | None:
    text = said.get(name)
    if text is not None and allowed and text not in allowed:
        problems[name] = f"Use {' or '.join(map(str, allowed))}."
        return None
    return text


def _days(said: Mapping[str, str], problems: dict[str, str]) -> tuple[date, date]:
    """The last thirty days unless told; a range that says one end only is as long, or ends today."""
    found: dict[str, date] = {}
    for name in ("date_from", "date_to"):
        if name in said:
            day = read_day(said[name])
            if day is None:
                problems[name] = "Use a day such as 2026-11-21."
            else:
                found[name] = day
    last = found.get("date_to") or max(today(), found.get("date_from", today()))
    first = found.get("date_from") or last - DEFAULT_DAYS + DAY
    if first > last:
        problems["date_to"] = f"This ends before it begins. Use {first} or later."
    elif (last - first).days >= LONGEST_DAYS:
        problems["date_from"] = (
            f"Ask for {LONGEST_DAYS:,} days at most; these are {(last - first).days + 1:,}."
        )
    return first, last


def _number(
    said: Mapping[str, str], name: str, default: int, least: int, most: int, problems: dict[str, str]
) -> int:
    text = said.get(name)
    if text is None:
        return default
    if text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most:
        return int(text)
    problems[name] = f"Use a whole number from {least} to {most:,}."
    return default
