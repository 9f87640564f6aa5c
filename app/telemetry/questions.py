"""What may be asked of telemetry, read from an address or a command: each wrong word is named."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.core.clock import now
from app.core.errors import Invalid
from app.core.text import unstorable
from app.telemetry.entries import Severity
from app.telemetry.names import Category

DEFAULT_LIMIT = 100
MOST = 10_000
DEFAULT_SPAN = timedelta(days=30)

TIMES = ("start", "end")
PAGE = ("limit", "order")
OF_METRICS = (*TIMES, "category", "name", "target", *PAGE)
OF_EVENTS = (*TIMES, "source", "kind", "severity", *PAGE)
OF_STATISTICS = (*TIMES, "category", "name", "target")


@dataclass(frozen=True, slots=True)
class Question:
    """What lies in [start, end) and says all of `words`; `limit` of it, newest first or oldest first."""

    start: datetime
    end: datetime
    words: Mapping[str, str]
    limit: int = DEFAULT_LIMIT
    newest_first: bool = True


def read_question(given: Mapping[str, str], known: tuple[str, ...]) -> Question:
    """Raises Invalid naming each word that is unknown or wrong, and what it may be."""
    said = f"This knows {', '.join(known)}."
    problems = {name: said for name in given if name not in known}
    given = {name: text.strip() for name, text in given.items() if text.strip() and name in known}
    end = _moment("end", given, problems) or now()
    start = _moment("start", given, problems) or end - DEFAULT_SPAN
    if start >= end:
        problems.setdefault("start", "This begins when it ends, or later. Choose an earlier start.")
    words = {name: text for name, text in given.items() if name not in (*TIMES, *PAGE)}
    _check_words(words, problems)
    order = given.get("order", "desc")
    if order not in ("asc", "desc"):
        problems["order"] = "Use desc (newest first) or asc."
    limit = _limit(given, problems)
    if problems:
        raise Invalid(" ".join(f"{name}: {text}" for name, text in problems.items()), fields=problems)
    return Question(start, end, words, limit, order == "desc")


def _check_words(words: Mapping[str, str], problems: dict[str, str]) -> None:
    for name, kinds in (("category", Category), ("severity", Severity)):
        if name in words and words[name] not in list(kinds):
            problems[name] = f"Use one of {', '.join(kinds)}."
    for name, text in words.items():
        if problem := unstorable(text):
            problems[name] = problem


def _limit(given: Mapping[str, str], problems: dict[str, str]) -> int:
    text = given.get("limit", str(DEFAULT_LIMIT))
    if not (text.isascii() and text.isdigit() and len(text) < 7 and 1 <= int(text) <= MOST):
        problems["limit"] = f"Ask for 1 to {MOST:,}."
        return DEFAULT_LIMIT
    return int(text)


def _moment(name: str, given: Mapping[str, str], problems: dict[str, str]) -> datetime | None:
    text = given.get(name)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        problems[name] = "Use a moment such as 2026-11-21T09:30:00Z, or a day."
        return None
