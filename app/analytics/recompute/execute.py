"""Execute a recompute run: claim it, rebuild its buckets in one transaction, settle it.

While it rebuilds, the transaction holds the run's row. Whoever can lock a running run knows that nobody is at
it any more (sweep.py); Postgres is asked to notice within a second that a worker is gone.
"""

import logging
import os
import socket
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.analytics.definitions import kind_of
from app.analytics.models import RecomputeRun, RecomputeState
from app.analytics.recompute.rebuild import rebuild
from app.analytics.recompute.settle import complete, fail
from app.core import db

log = logging.getLogger(__name__)

CLAIM = text(
    """
    update recompute_runs set state = 'running', started_at = clock_timestamp(), worker = :worker
    where id = :run_id and state = 'pending' returning id
    """
)
MEMORY = "64MB"  # of Postgres, for a step: buckets that are counted and compared there are not put on disk
# Nothing here is in order, and to put it there for a merge join takes longer than to hash it.
PREPARE = text(
    """
    select set_config('synchronous_commit', 'on', true), set_config('statement_timeout', '3600000', true),
           set_config('client_connection_check_interval', '1000', true),
           set_config('enable_mergejoin', 'off', true),
           case when pg_size_bytes(current_setting('work_mem')) < pg_size_bytes(:memory)
                then set_config('work_mem', :memory, true) end
    """
)


def execute_recompute(run_id: int) -> bool:
    """False when somebody else had it, or it failed. What it failed of is told by the run."""
    with db.autocommit() as connection:
        claimed = connection.execute(
            CLAIM, {"run_id": run_id, "worker": f"{socket.gethostname()}:{os.getpid()}"}
        )
        if claimed.first() is None:
            return False
    try:
        with db.transaction() as session:
            session.execute(PREPARE, {"memory": MEMORY})
            run = _hold(session, run_id)
            if run is None:
                return False
            complete(session, run, rebuild(session, run, kind_of(session, run.report_id)))
    except Exception as error:
        if db.is_away(error):
            raise  # the sweeper settles it
        log.exception("recompute failed", extra={"run_id": run_id})
        fail(run_id, _sentence(error))
        return False
    log.info("recompute completed", extra={"run_id": run_id})
    return True


def _hold(session: Session, run_id: int) -> RecomputeRun | None:
    """The run, unless somebody settled it since it was claimed."""
    run = session.get_one(RecomputeRun, run_id, with_for_update=True)
    return run if run.state == RecomputeState.RUNNING else None


def _sentence(error: Any) -> str:
    cause = getattr(error, "orig", None) or error
    first = [*str(cause).strip().splitlines(), type(cause).__name__][0]
    return f"{first.rstrip('.')}. The snapshots are as they were before."
