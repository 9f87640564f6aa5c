"""Recompute runs that nobody is at: those whose worker died are settled, those that wait are handed over."""

import logging
from datetime import timedelta

from sqlalchemy import select

from app.analytics.models import RecomputeRun, RecomputeState
from app.analytics.recompute.ask import JOB
from app.analytics.recompute.settle import fail_held
from app.core import db
from app.core.clock import now
from app.core.queue import enqueue, is_queued

log = logging.getLogger(__name__)

JUST_NOW = timedelta(seconds=5)
DIED = "The worker that was at it died. The snapshots are as they were before; start it again."


def sweep_recomputes() -> int:
    """How many were settled. A run that is worked on is locked, and passed by."""
    with db.transaction() as session:
        dead = session.scalars(
            select(RecomputeRun)
            .where(RecomputeRun.state == RecomputeState.RUNNING, RecomputeRun.started_at < now() - JUST_NOW)
            .with_for_update(skip_locked=True)
        ).all()
        for run in dead:
            fail_held(session, run, DIED)
            log.warning("recompute's worker died", extra={"run_id": run.id, "worker": run.worker})
        waiting = session.scalars(
            select(RecomputeRun.id).where(
                RecomputeRun.state == RecomputeState.PENDING, RecomputeRun.requested_at < now() - JUST_NOW
            )
        ).all()
    for run_id in waiting:
        if not is_queued(JOB, run_id):
            enqueue(JOB, run_id)
    return len(dead)
