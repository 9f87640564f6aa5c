"""Stop a run that is queued or running: the wish is a row, its worker hears of it and tells the database."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.models import Role
from app.audit.record import record
from app.core import db
from app.core.clock import now
from app.core.db import after_commit
from app.core.errors import Conflict, Forbidden
from app.core.listen import Listener
from app.reporting.outbox import leave
from app.runs.models import DATASET, Cancellation, Run, RunState
from app.runs.settle import announce
from app.runs.slots.leases import Slot
from app.runs.slots.promote import hand_on
from app.runs.tell import tell

CHANNEL = "plumb_cancellations"
REMEMBERED = 1000

SENT = text(
    "update cancellations set sent_at = :moment where run_id = :run_id and sent_at is null returning run_id"
)

_lock = threading.Lock()
_running: dict[int, Callable[[], None]] = {}
_wanted: dict[int, None] = {}  # the newest wishes, in order; a run may be claimed after its wish was heard


def cancel_run(session: Session, actor: Actor, run: Run) -> Cancellation:
    """Ask that the run stop. A queued one is cancelled at once; asking twice changes nothing.

    Raises Forbidden unless the actor asked for the run or is an admin, Conflict when it is settled.
    """
    if run.requested_by != actor.user_id and not actor.may(Role.ADMIN):
        raise Forbidden("Only who asked for a run, or an admin, may cancel it.")
    if RunState(run.state).settled:
        raise Conflict(f"Run {run.id} is {run.state} already.")
    moment = now()
    fresh = session.execute(
        insert(Cancellation)
        .values(run_id=run.id, requested_by=actor.user_id, requested_at=moment)
        .on_conflict_do_nothing()
        .returning(Cancellation.run_id)
    ).first()
    stopped = session.execute(
        update(Run)
        .where(Run.id == run.id, Run.state == RunState.QUEUED)
        .values(state=RunState.CANCELLED, finished_at=moment)
        .returning(Run.id)
        .execution_options(synchronize_session=False)
    ).first()
    if stopped:
        session.execute(update(Cancellation).where(Cancellation.run_id == run.id).values(stopped_at=moment))
        leave(session, DATASET, run.org_id, run.id)
        announce(session, run.id)
        slot = Slot(run.id, run.datasource_id, run.requested_by)
        after_commit(session, lambda: hand_on(slot))
        tell(run, run.id, RunState.CANCELLED)
    else:
        session.execute(select(func.pg_notify(CHANNEL, str(run.id))))
    if fresh:
        record(session, actor, "run.cancelled", run.id)
    return session.get_one(Cancellation, run.id, populate_existing=True)


def is_unwanted(run_id: int) -> bool:
    """Whether somebody has asked that it stop."""
    with db.autocommit() as connection:
        wish = select(Cancellation.run_id).where(Cancellation.run_id == run_id)
        return connection.execute(wish).first() is not None


@contextmanager
def cancellable(run_id: int, stop: Callable[[], None]) -> Iterator[None]:
    """During the block, `stop` is called (from another thread) when somebody cancels the run."""
    _listener.start()
    with _lock:
        _running[run_id] = stop
        asked = run_id in _wanted
    if asked:
        _send(run_id, stop)
    try:
        yield
    finally:
        with _lock:
            _running.pop(run_id, None)


def _heard(payload: str) -> None:
    run_id = int(payload)
    with _lock:
        _wanted[run_id] = None
        if len(_wanted) > REMEMBERED:
            del _wanted[next(iter(_wanted))]
        stop = _running.get(run_id)
    if stop:
        _send(run_id, stop)


def _send(run_id: int, stop: Callable[[], None]) -> None:
    with db.autocommit() as connection:
        first = connection.execute(SENT, {"run_id": run_id, "moment": now()}).first()
    if first:
        stop()


_listener = Listener(CHANNEL, _heard)
