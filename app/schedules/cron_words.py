"""A cron expression in words, where plain words say all of it."""

WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
NAMES = {day[:3].lower(): number for number, day in enumerate(WEEKDAYS)}
SHORTEST = 28  # days of a month; later ones are not in every month
MOST = 4  # times or days in one list; more are read faster as they were written


def cron_in_words(cron: str) -> str | None:
    """`0 6 * * 1-5` is `Every weekday at 06:00`; None for what has no plain words.

    Day and weekday together are such: cron takes either of them, which nobody expects.
    """
    minute, hour, day, month, weekday = cron.lower().split()
    days, times = _days(day, weekday), _times(minute, hour)
    if month != "*" or days is None or times is None:
        return None
    if times.startswith("at"):
        return f"{days} {times}"
    return times.capitalize() if days == "Every day" else f"{days}, {times}"


def _days(day: str, weekday: str) -> str | None:
    if day == "*":
        return _weekdays(weekday)
    numbers = _numbers(day)
    if weekday != "*" or not numbers or numbers[-1] > SHORTEST:
        return None
    return f"The {_listed([_ordinal(each) for each in numbers])} of every month"


def _weekdays(field: str) -> str | None:
    """Of a week that begins on Monday; 0 and 7 are both Sunday."""
    field = "0-6" if field == "*" else field
    numbers = {each % 7 for part in field.split(",") for each in _span(part)}
    if len(numbers) == 7:
        return "Every day"
    if numbers == {1, 2, 3, 4, 5}:
        return "Every weekday"
    ordered = sorted(numbers, key=lambda number: (number - 1) % 7)
    return f"Every {_listed([WEEKDAYS[each] for each in ordered])}" if 0 < len(ordered) <= MOST else None


def _span(part: str) -> range:
    """Of `1`, `mon` and `1-5`; empty for what is none of them."""
    first, _, last = part.partition("-")
    ends = [str(NAMES.get(end, end)) for end in (first, last or first)]
    return range(int(ends[0]), int(ends[1]) + 1) if all(end.isdigit() for end in ends) else range(0)


def _times(minute: str, hour: str) -> str | None:
    minutes, hours = _numbers(minute), _numbers(hour)
    if minutes and hours:
        times = [f"{h:02}:{m:02}" for h in hours for m in minutes]
        return f"at {_listed(times)}" if len(times) <= MOST else None
    if minutes and len(minutes) > 1:
        return None
    first = minutes[0] if minutes else 0
    pace, last = _pace(minute, 60, "minute"), 60 - (_step(minute, 60) or 60)
    if hour == "*":
        return ("every hour" + (f" at minute {first}" if first else "")) if minutes else pace
    if minutes and (hourly := _pace(hour, 24, "hour")):
        return f"{hourly} from 00:{first:02}"
    span = _span(hour)
    if len(span) > 1 and (pace or minutes):
        final = first if minutes else last
        return f"{pace or 'every hour'} from {span[0]:02}:{first:02} to {span[-1]:02}:{final:02}"
    return None


def _pace(field: str, whole: int, unit: str) -> str | None:
    step = _step(field, whole)
    if step is None:
        return None
    return f"every {unit}" if step == 1 else f"every {step} {unit}s"


def _step(field: str, whole: int) -> int | None:
    """Of `*` and of `*/n` where n divides the whole: only then is each step as long as the others."""
    if field == "*":
        return 1
    every, _, step = field.partition("/")
    return int(step) if every == "*" and step.isdigit() and int(step) and whole % int(step) == 0 else None


def _numbers(field: str) -> list[int]:
    """Of `6,18`; empty for what is not a short list of numbers."""
    parts = field.split(",")
    return sorted(map(int, parts)) if all(part.isdigit() for part in parts) and len(parts) <= MOST else []


def _ordinal(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number not in (11, 12, 13) else "th"
    return f"{number}{ending}"


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
