"""Put right what died: running runs whose worker fell silent, and queued ones that nobody promoted."""

from datetime import timedelta

from sqlalchemy import update

from app.core import db
from app.core.clock import now
from app.datasources.connectors.base import FailureReason
from app.runs.models import Run, RunState
from app.runs.settle import announce
from app.runs.slots.leases import Slot, give_back
from app.runs.slots.sweep import sweep_slots

SILENT_AFTER = timedelta(seconds=12)


def sweep() -> tuple[int, int]:
    """Settle lost runs, and hand forgotten ones to the workers; returns how many of each."""
    return _settle_lost(), sweep_slots()


def _settle_lost() -> int:
    moment = now()
    with db.transaction() as session:
        lost = session.execute(
            update(Run)
            .where(Run.state == RunState.RUNNING, Run.beat_at < moment - SILENT_AFTER)
            .values(
                state=RunState.LOST,
                finished_at=moment,
                failure_reason=FailureReason.WORKER_LOST,
                failure_message="The worker that executed this run fell silent. Run it again.",
            )
            .returning(Run.id, Run.datasource_id, Run.requested_by)
            .execution_options(synchronize_session=False)
        ).all()
        for run in lost:
            announce(session, run.id)
    give_back(*(Slot(*run) for run in lost))
    return len(lost)
