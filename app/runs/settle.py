"""Final states. Each move is a guarded UPDATE by the worker that holds the claim, and says whether it won."""

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from app.core import db
from app.core.clock import now
from app.datasources.connectors.base import Column, FailureReason
from app.runs.models import ResultColumn, Run, RunState

CHANNEL = "plumb_runs"
LONGEST_MESSAGE = 10_000  # characters of a source's message that are kept


class ClaimLost(Exception):
    """The run is not this worker's any more; nothing it made may be kept."""


def succeed(
    session: Session,
    run_id: int,
    worker: str,
    *,
    columns: tuple[Column, ...],
    row_count: int,
    byte_count: int,
    truncated_by: str | None,
) -> None:
    """Settle in the transaction that holds the result's chunks, so that state and result appear together.

    Raises ClaimLost when the run is no longer this worker's.
    """
    _move(
        session,
        run_id,
        worker,
        state=RunState.SUCCEEDED,
        row_count=row_count,
        byte_count=byte_count,
        truncated_by=truncated_by,
    )
    if columns:
        session.execute(
            insert(ResultColumn),
            [
                {"run_id": run_id, "position": i, "name": c.name, "type": c.type, "kind": c.kind}
                for i, c in enumerate(columns)
            ],
        )


def fail(
    run_id: int,
    worker: str,
    reason: FailureReason,
    message: str,
    *,
    hint: str | None = None,
    position: int | None = None,
) -> None:
    """Settle as failed, timed out or cancelled, by the reason. Raises ClaimLost."""
    if reason is FailureReason.CANCELLED:
        outcome: dict[str, object] = {"state": RunState.CANCELLED}
    else:
        outcome = {
            "state": RunState.TIMED_OUT if reason is FailureReason.TIMEOUT else RunState.FAILED,
            "failure_reason": reason,
            "failure_message": _storable(message),
            "failure_hint": _storable(hint) if hint else None,
            "failure_position": position,
        }
    with db.transaction() as session:
        _move(session, run_id, worker, **outcome)


def _move(session: Session, run_id: int, worker: str, **outcome: object) -> None:
    won = session.execute(
        update(Run)
        .where(Run.id == run_id, Run.state == RunState.RUNNING, Run.worker == worker)
        .values(finished_at=now(), **outcome)
        .returning(Run.id)
        .execution_options(synchronize_session=False)
    ).first()
    if won is None:
        raise ClaimLost(f"run {run_id} is not held by {worker} any more")
    announce(session, run_id)


def announce(session: Session, run_id: int) -> None:
    """Wake whoever waits for this run, once the transaction is committed."""
    session.execute(select(func.pg_notify(CHANNEL, str(run_id))))


def _storable(text: str) -> str:
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}")[:LONGEST_MESSAGE]
