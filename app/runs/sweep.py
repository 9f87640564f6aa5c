"""Put right what died: running runs whose worker fell silent, and queued ones that nobody promoted."""

from datetime import timedelta

from sqlalchemy import text

from app.core import db
from app.core.clock import now
from app.core.queue import HOUSEKEEPING, enqueue
from app.runs.settle import CHANNEL
from app.runs.slots.leases import Slot, give_back
from app.runs.slots.sweep import sweep_slots

SILENT_AFTER = timedelta(seconds=10)  # three beats; with the scheduler's tick, known within 15 s
LOST = "The worker that executed this run fell silent. Run it again."

# Nobody could beat while Postgres was away, so that a restart gives every worker its time again. A row that
# is locked is being settled by its worker. What was to be cancelled has stopped and is lost to nobody.
SETTLE_LOST = text(
    f"""
    with silent as (
        select id, exists (select from cancellations where run_id = runs.id) as unwanted from runs
        where state = 'running' and beat_at < :silent_since
          and pg_postmaster_start_time() < now() - cast(:silent_after as interval)
        for update skip locked
    ), settled as (
        update runs set state = case when unwanted then 'cancelled' else 'lost' end, finished_at = :moment,
               failure_reason = case when not unwanted then 'worker_lost' end,
               failure_message = case when not unwanted then :message end
        from silent where runs.id = silent.id
        returning runs.id, runs.datasource_id, runs.requested_by, unwanted
    ), stopped as (
        update cancellations set stopped_at = :moment from settled where run_id = settled.id and unwanted
    )
    select id, datasource_id, requested_by, pg_notify('{CHANNEL}', id::text) from settled
    """
)


def sweep() -> tuple[int, int]:
    """Settle lost runs, and hand forgotten ones to the workers; returns how many of each."""
    return _settle_lost(), sweep_slots()


def _settle_lost() -> int:
    moment = now()
    values = {
        "moment": moment,
        "silent_since": moment - SILENT_AFTER,
        "silent_after": SILENT_AFTER,
        "message": LOST,
    }
    with db.transaction() as session:
        lost = session.execute(SETTLE_LOST, values).all()
    for run in lost:
        enqueue("jobs.runs.stop_stray", run.id, queue=HOUSEKEEPING)
    give_back(*(Slot(run.id, run.datasource_id, run.requested_by) for run in lost))
    return len(lost)
