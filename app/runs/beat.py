"""While a run runs, say so every few seconds; learn that it was taken away."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError

from app.core import db
from app.core.clock import now
from app.runs.models import Run, RunState

log = logging.getLogger(__name__)

BEAT_EVERY_S = 3.0


@contextmanager
def beating(run_id: int, worker: str, on_lost: Callable[[], None]) -> Iterator[None]:
    """Keep `beat_at` fresh during the block. Calls `on_lost` when the run is no longer this worker's."""
    stopped = threading.Event()

    def beat() -> None:
        while not stopped.wait(BEAT_EVERY_S):
            try:
                if not _beat_once(run_id, worker):
                    on_lost()
                    return
            except SQLAlchemyError:
                log.warning("beat failed", extra={"run_id": run_id})

    thread = threading.Thread(target=beat, name="beat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def _beat_once(run_id: int, worker: str) -> bool:
    with db.transaction() as session:
        kept = session.execute(
            update(Run)
            .where(Run.id == run_id, Run.state == RunState.RUNNING, Run.worker == worker)
            .values(beat_at=now())
            .returning(Run.id)
            .execution_options(synchronize_session=False)
        ).first()
    return kept is not None
