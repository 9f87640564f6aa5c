"""Jobs about schedules."""

from app.schedules.tick import tick


def fire() -> None:
    tick()
