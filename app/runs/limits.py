"""What a run may take: the defaults, and how far a request may go beyond them."""

from app.core import runtime
from app.core.errors import Invalid
from app.datasources.connectors.base import Limits


def limits(timeout_s: int | None = None, max_rows: int | None = None, max_bytes: int | None = None) -> Limits:
    """The limits of a run that asks for these; None takes the default.

    Raises Invalid naming each that is below 1 or above the most that is allowed here.
    """
    settings = runtime.settings()
    problems: dict[str, str] = {}

    def pick(name: str, asked: int | None, default: int, most: int) -> int:
        value = min(default, most) if asked is None else asked
        if not 1 <= value <= most:
            problems[name] = f"Ask for 1 to {most:,}."
        return value

    found = Limits(
        timeout_s=pick("timeout_s", timeout_s, settings.run_timeout_s, settings.run_timeout_max_s),
        max_rows=pick("max_rows", max_rows, settings.run_max_rows, settings.run_max_rows_max),
        max_bytes=pick("max_bytes", max_bytes, settings.run_max_bytes, settings.run_max_bytes_max),
    )
    if problems:
        raise Invalid(" ".join(f"{name}: {text}" for name, text in problems.items()), fields=problems)
    return found
