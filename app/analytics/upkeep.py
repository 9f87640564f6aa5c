"""What the scheduler asks for every few seconds: settle what died, refresh and prune what is due."""

import time
from datetime import datetime

from app.analytics.recompute.refresh import refresh_next
from app.analytics.recompute.sweep import sweep_recomputes
from app.core.clock import now

LONGEST_S = 5  # then the next tick goes on, so that nothing else waits for long


def keep_up(moment: datetime | None = None) -> int:
    """How many windows were refreshed."""
    sweep_recomputes()
    began, count = time.monotonic(), 0
    while time.monotonic() - began < LONGEST_S and refresh_next(moment or now()):
        count += 1
    return count
