"""A schedule's rule in words, and back from what a form says to a cron."""

from app.schedules.models import Schedule

WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


def cron_of(at: str, weekday: int | None = None) -> str:
    """Of `06:30`, each day or on one weekday, Sunday being 0."""
    hour, minute = at.split(":")
    return f"{int(minute)} {int(hour)} * * {'*' if weekday is None else weekday}"


def in_words(schedule: Schedule) -> str:
    """Such as `Every day at 06:00 Europe/Berlin`."""
    if schedule.every_minutes is not None:
        count = schedule.every_minutes
        return "Every minute" if count == 1 else f"Every {count} minutes"
    cron = schedule.cron or ""
    minute, hour, *days, weekday = cron.split()
    if not (minute.isdigit() and hour.isdigit() and days == ["*", "*"] and weekday in "*0123456"):
        return f"Cron {cron} {schedule.time_zone}"
    day = "day" if weekday == "*" else WEEKDAYS[int(weekday)]
    return f"Every {day} at {int(hour):02}:{int(minute):02} {schedule.time_zone}"
