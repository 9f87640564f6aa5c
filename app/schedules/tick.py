"""One tick of the scheduler: how earlier tries ended, then what is due."""

from app.schedules.fire import fire_due
from app.schedules.settle import settle_all


def tick() -> int:
    """Returns how many schedules were due. Any number of processes may tick at once."""
    settle_all()
    return fire_due()
