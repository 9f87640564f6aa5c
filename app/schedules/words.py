"""A schedule's rule in words, and back from what a form says to a cron."""

from app.schedules.cron_words import cron_in_words
from app.schedules.models import Schedule


def cron_of(at: str, weekday: int | None = None) -> str:
    """Of `06:30`, each day or on one weekday, Sunday being 0."""
    hour, minute = at.split(":")
    return f"{int(minute)} {int(hour)} * * {'*' if weekday is None else weekday}"


def in_words(schedule: Schedule) -> str:
    """Such as `Every day at 06:00 Europe/Berlin`; a cron that has no plain words as it was written."""
    if schedule.every_minutes is not None:
        count = schedule.every_minutes
        return "Every minute" if count == 1 else f"Every {count} minutes"
    cron = schedule.cron or ""
    words = cron_in_words(cron)
    if words is None:
        return f"Cron {cron} {schedule.time_zone}"
    return f"{words}{' ' if words[-1].isdigit() else ', '}{schedule.time_zone}"
