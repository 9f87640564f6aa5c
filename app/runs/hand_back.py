"""A run is given back, and a worker begins it again.

When its worker has to go, which stops its query; and when our own database went away before it was stored.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

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
      and attempt < coalesce(cast(:most_attempts as integer), attempt + 1)
      and not exists (select from cancellations where run_id = runs.id)
    returning attempt, {DURABLY}
    """
)

MOST_ATTEMPTS = 3  # of a run whose result brings the database down
RETRY_S = 0.5

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
    return _leaving.is_set() and _hand_back(claimed)


def hand_back_when_reachable(claimed: Claim) -> bool:
    """Queue a run again whose end could not be written, as soon as our own database answers.

    False when it is not this worker's any more, or was cancelled, or has had its attempts; and when this
    process must go before that.
    """
    while not _leaving.wait(RETRY_S):
        try:
            return _hand_back(claimed, MOST_ATTEMPTS)
        except DBAPIError as error:
            if not db.is_away(error):
                raise
    return False


def _hand_back(claimed: Claim, most_attempts: int | None = None) -> bool:
    values = {"run_id": claimed.run_id, "worker": claimed.worker, "most_attempts": most_attempts}
    with db.autocommit() as connection:
        row = connection.execute(HAND_BACK, values).first()
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
