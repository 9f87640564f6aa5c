"""Put right what died: queued runs that Redis forgot, running ones whose worker fell silent."""

from datetime import timedelta

from sqlalchemy import select, update

from app.core import db
from app.core.clock import now
from app.core.queue import enqueue
from app.datasources.connectors.base import FailureReason
from app.runs.models import Run, RunState
from app.runs.settle import announce

SILENT_AFTER = timedelta(seconds=12)
FORGOTTEN_AFTER = timedelta(seconds=10)
AT_ONCE = 1000


def sweep() -> tuple[int, int]:
    """Settle lost runs and enqueue forgotten ones again; returns how many of each.

    To enqueue a run that a worker has or gets anyway is harmless: only one can claim it.
    """
    return _settle_lost(), _enqueue_forgotten()


def _settle_lost() -> int:
    moment = now()
    with db.transaction() as session:
        lost = session.scalars(
            update(Run)
            .where(Run.state == RunState.RUNNING, Run.beat_at < moment - SILENT_AFTER)
            .values(
                state=RunState.LOST,
                finished_at=moment,
                failure_reason=FailureReason.WORKER_LOST,
                failure_message="The worker that executed this run fell silent. Run it again.",
            )
            .returning(Run.id)
            .execution_options(synchronize_session=False)
        ).all()
        for run_id in lost:
            announce(session, run_id)
    return len(lost)


def _enqueue_forgotten() -> int:
    with db.transaction() as session:
        forgotten = session.scalars(
            select(Run.id)
            .where(Run.state == RunState.QUEUED, Run.queued_at < now() - FORGOTTEN_AFTER)
            .order_by(Run.queued_at)
            .limit(AT_ONCE)
        ).all()
    return sum(enqueue("jobs.runs.execute_run", run_id) for run_id in forgotten)
