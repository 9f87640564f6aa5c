"""While a run runs, say so every few seconds; learn that it was taken away."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.core import db
from app.core.clock import now
from app.runs.slots.leases import Slot, renew

log = logging.getLogger(__name__)

BEAT_EVERY_S = 3.0
BEAT = text(
    """
    update runs set beat_at = :moment where id = :run_id and state = 'running' and worker = :worker
    returning exists (select from cancellations where run_id = runs.id)
    """
)


@contextmanager
def beating(slot: Slot, worker: str, stop: Callable[[], None]) -> Iterator[None]:
    """Keep `beat_at` and the slot during the block.

    Calls `stop` when the run is no longer this worker's, or when it was cancelled and the notice got lost.
    """
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(BEAT_EVERY_S):
            try:
                if _beat_once(slot.run_id, worker) is not False:
                    stop()
            except SQLAlchemyError:
                log.warning("beat failed", extra={"run_id": slot.run_id})
            renew(slot)

    thread = threading.Thread(target=beat, name="beat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _beat_once(run_id: int, worker: str) -> bool | None:
    """Whether somebody wants the run cancelled; None when it is not this worker's any more."""
    with db.autocommit() as connection:
        values = {"run_id": run_id, "worker": worker, "moment": now()}
        return connection.execute(BEAT, values).scalar()
