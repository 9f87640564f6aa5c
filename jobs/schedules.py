"""Jobs about schedules."""

from app.schedules.fire import fire_due


def fire() -> None:
    fire_due()
