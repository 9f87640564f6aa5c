"""What a run may take: the defaults, and how far a request may go beyond them."""

from app.accounts.house import House
from app.core import runtime
from app.core.errors import Invalid
from app.datasources.connectors.base import Limits


def limits(
    house: House, timeout_s: int | None = None, max_rows: int | None = None, max_bytes: int | None = None
) -> Limits:
    """The limits of a run that asks for these; None takes the default.

    Where an org has a limit of its own, that is the default and the most, within what the installation
    allows. Raises Invalid naming each that is below 1 or above the most that is allowed here.
    """
    settings, top = runtime.settings(), most(house)
    problems: dict[str, str] = {}

    def pick(name: str, asked: int | None, default: int, most: int) -> int:
        value = min(default, most) if asked is None else asked
        if not 1 <= value <= most:
            problems[name] = f"Ask for 1 to {most:,}."
        return value

    found = Limits(
        timeout_s=pick(
            "timeout_s", timeout_s, house.run_timeout_s or settings.run_timeout_s, int(top.timeout_s)
        ),
        max_rows=pick("max_rows", max_rows, house.run_max_rows or settings.run_max_rows, top.max_rows),
        max_bytes=pick("max_bytes", max_bytes, house.run_max_bytes or settings.run_max_bytes, top.max_bytes),
    )
    if problems:
        raise Invalid(" ".join(f"{name}: {text}" for name, text in problems.items()), fields=problems)
    return found


def limits_again(house: House, of: Limits) -> Limits:
    """Those of an earlier run, or less where no more is allowed by now."""
    top = most(house)
    return Limits(
        timeout_s=min(of.timeout_s, top.timeout_s),
        max_rows=min(of.max_rows, top.max_rows),
        max_bytes=min(of.max_bytes, top.max_bytes),
    )


def most(house: House) -> Limits:
    """The most that a run of this org may ask for."""
    settings = runtime.settings()
    return Limits(
        timeout_s=min(house.run_timeout_s or settings.run_timeout_max_s, settings.run_timeout_max_s),
        max_rows=min(house.run_max_rows or settings.run_max_rows_max, settings.run_max_rows_max),
        max_bytes=min(house.run_max_bytes or settings.run_max_bytes_max, settings.run_max_bytes_max),
    )
