"""A worker that has to go gives its run back: its query is stopped, and another worker begins it again."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import text

from app.core import db
from app.core.queue import SWEEPS, enqueue
from app.runs.claim import Claim
from app.runs.settle import DURABLY

log = logging.getLogger(__name__)

# It keeps its place in the line: `queued_at` stays.
HAND_BACK = text(
    f"""
    update runs set state = 'queued', started_at = null, beat_at = null, worker = null, attempt = attempt + 1
    where id = :run_id and state = 'running' and worker = :worker
      and not exists (select from cancellations where run_id = runs.id)
    returning attempt, {DURABLY}
    """
)

_lock = threading.Lock()
_running: dict[int, Callable[[], None]] = {}
_leaving = threading.Event()


def leave() -> None:
    """This process must go: stop what runs in it now and from now on. Safe from any thread."""
    _leaving.set()
    with _lock:
        stops = list(_running.values())
    for stop in stops:
        stop()


def is_leaving() -> bool:
    return _leaving.is_set()


@contextmanager
def returnable(run_id: int, stop: Callable[[], None]) -> Iterator[None]:
    """During the block, `stop` is called (from another thread) when this process must go."""
    with _lock:
        _running[run_id] = stop
    if _leaving.is_set():
        stop()
    try:
        yield
    finally:
        with _lock:
            _running.pop(run_id, None)


def hand_back(claimed: Claim) -> bool:
    """Queue a run again that was stopped because this process must go; False when it was stopped for another
    reason, or somebody cancelled it meanwhile, or it is not this worker's any more.
    """
    if not _leaving.is_set():
        return False
    with db.autocommit() as connection:
        row = connection.execute(HAND_BACK, {"run_id": claimed.run_id, "worker": claimed.worker}).first()
    if row is None:
        return False
    log.info("run handed back", extra={"run_id": claimed.run_id, "attempt": row.attempt})
    return True


def tell_the_others() -> None:
    """Have what was handed back enqueued for another worker, once RQ is done with the job at hand.

    RQ forgets a job by its id when it ends: one enqueued before that would be forgotten with it.
    """
    if _leaving.is_set():
        enqueue("jobs.runs.sweep", queue=SWEEPS)
