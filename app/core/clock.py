"""The one place that asks what time it is, so that tests can push it.

Moments of several machines are compared: a run's last beat, a due time, the age of a result. So the clock
that counts is Postgres'. Each new connection to it says what the time is (`set_right`), and a clock that only
ever goes forward counts from there: a machine whose own clock is wrong, or jumps, does no harm.
"""

import time
from datetime import UTC, datetime

NEAR_S = 1.0  # a clock that agrees so far is right enough, and finer than what was heard
_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)  # that goes on while a machine sleeps

_ahead: float | None = None  # of the steady clock, by the right one


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.fromtimestamp(seconds(), UTC)


def seconds() -> float:
    """The same, since 1970."""
    own = time.time()
    if _ahead is None:
        return own
    right = steady() + _ahead
    return own if abs(own - right) < NEAR_S else right


def set_right(moment: datetime, asked: float, heard: float) -> None:
    """It was this moment some time between these two of the steady clock, unless the answer took too long."""
    global _ahead
    if heard - asked < NEAR_S / 2:
        _ahead = moment.timestamp() - (asked + heard) / 2


def steady() -> float:
    """Seconds since some moment of the past."""
    return time.clock_gettime(_STEADY)
