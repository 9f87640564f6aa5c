"""What fields are called on pages and in charts."""

from app.reporting.words import Unit

UNITS = (Unit.MS, Unit.BYTES, Unit.CENTS)


def title(name: str) -> str:
    """`avg_duration_ms` for people: Avg duration."""
    words = name.removesuffix("_ms").removesuffix("_cents").replace("_", " ")
    return words[:1].upper() + words[1:]


def chart_title(name: str, unit: str) -> str:
    """With the unit, which an axis of plain numbers does not tell: `Avg duration, ms`."""
    return f"{title(name)}, {unit}" if unit in UNITS else title(name)
