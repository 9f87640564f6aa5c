"""How old a tile's result may be, and what to call its age."""

from datetime import datetime, timedelta
from enum import StrEnum

from app.runs.freshness.words import aged

MINUTE_MS = 60_000
TARGETS = (0, 60_000, 300_000, 900_000, 3_600_000, 21_600_000, 86_400_000, None)
"""Those that can be chosen: milliseconds, 0 for always run, None for as stored."""

INTERVALS = (
    (30, "Every 30 s"),
    (60, "Every minute"),
    (300, "Every 5 min"),
    (900, "Every 15 min"),
    (3600, "Every hour"),
)
"""How often a dashboard may refresh by itself: seconds, and what to call it."""


PATIENCE = timedelta(seconds=60)  # a try that failed is not repeated sooner by itself


class State(StrEnum):
    """What a tile's badge says, the best first. A dashboard is what its worst tile is."""

    STORED = "stored"
    FRESH = "fresh"
    LATE = "late"
    STALE = "stale"
    NEVER = "never run"
    UNKNOWN = "unknown"
    FAILING = "failing"


RANK = {state: rank for rank, state in enumerate(State)}


def target_words(max_stale_ms: int | None) -> str:
    if max_stale_ms is None:
        return "as stored"
    return f"at most {aged(max_stale_ms)} old" if max_stale_ms else "always run"


def moment_of(moment: datetime) -> datetime:
    """Its whole minute: who opens a dashboard in the same minute asks the same."""
    return moment.replace(second=0, microsecond=0)


def age_state(max_stale_ms: int | None, as_of: datetime, now: datetime) -> State:
    """Late up to twice the target, stale beyond. What is always run stays fresh for a minute."""
    if max_stale_ms is None:
        return State.STORED
    age, allowed = now - as_of, allowed_age(max_stale_ms)
    return State.FRESH if age <= allowed else State.LATE if age <= 2 * allowed else State.STALE


def changes_in_ms(max_stale_ms: int | None, as_of: datetime, now: datetime) -> int | None:
    """Until this result becomes late, or stale; None when its state stays."""
    if max_stale_ms is None:
        return None
    age, allowed = now - as_of, allowed_age(max_stale_ms)
    left = [limit - age for limit in (allowed, 2 * allowed) if limit > age]
    return int(left[0].total_seconds() * 1000) + 1000 if left else None


def allowed_age(max_stale_ms: int) -> timedelta:
    return timedelta(milliseconds=max(max_stale_ms, MINUTE_MS))


def is_too_old(max_stale_ms: int | None, as_of: datetime, opened: datetime, now: datetime) -> bool:
    """Whether opening the dashboard at `opened` has to refresh this."""
    if max_stale_ms is None:
        return False
    if max_stale_ms == 0:
        return as_of < opened
    return now - as_of > timedelta(milliseconds=max_stale_ms)


def ahead_ms(max_stale_ms: int | None, every_s: int) -> int:
    """By how much sooner a screen that asks every so often has to ask, so that nothing is late meanwhile.

    By half of its interval, for the other half is the next turn's; and by at most half of the target, so
    that screens which ask at other moments still share what is run.
    """
    return min(every_s * 500, (max_stale_ms or 0) // 2)
