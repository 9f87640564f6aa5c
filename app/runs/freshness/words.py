"""Ages in words."""

from datetime import datetime

from app.core.clock import now

_STEPS = ((120_000, 1000, "s"), (7_200_000, 60_000, "min"), (172_800_000, 3_600_000, "h"))


def age_ms(as_of: datetime, at: datetime | None = None) -> int:
    """Since a snapshot was taken, until `at` or now; never negative, though two machines' clocks differ."""
    return max(0, int(((at or now()) - as_of).total_seconds() * 1000))


def aged(ms: int) -> str:
    """93 s, 12 min, 5 h, 3 days; what is below a second in ms."""
    if 0 < ms < 1000:
        return f"{ms} ms"
    for limit, unit, word in _STEPS:
        if ms < limit:
            return f"{ms // unit} {word}"
    return f"{ms // 86_400_000} days"
