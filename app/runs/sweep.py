"""Put right what died: running runs whose worker fell silent, and queued ones that nobody promoted."""

from datetime import timedelta

from app.core.clock import now
from app.runs.lost import losing, settle
from app.runs.slots.sweep import sweep_slots
from app.runs.strays import remind_of_strays

SILENT_AFTER = timedelta(seconds=10)  # three beats; with the scheduler's tick, known within 15 s
LOST = "The worker that executed this run fell silent. Run it again."

# Nobody could beat while Postgres was away, so that a restart gives every worker its time again.
SILENT = losing(
    "beat_at < :silent_since and pg_postmaster_start_time() < now() - cast(:silent_after as interval)"
)


def sweep() -> tuple[int, int]:
    """Settle lost runs, and hand forgotten ones to the workers; returns how many of each."""
    times = {"silent_since": now() - SILENT_AFTER, "silent_after": SILENT_AFTER}
    lost = settle(SILENT, LOST, times)
    remind_of_strays()
    return lost, sweep_slots()
