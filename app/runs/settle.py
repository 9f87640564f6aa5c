"""Final states. Each move is a guarded UPDATE by the worker that holds the claim, and says whether it won."""

from collections.abc import Mapping

from sqlalchemy import Connection, func, select, text
from sqlalchemy.orm import Session

from app.core import db
from app.core.clock import now
from app.core.quick import Quick
from app.datasources.connectors.base import Aside, Column, FailureReason
from app.evidence.envelope import Written
from app.reporting.outbox import leave_sql
from app.runs.models import DATASET, RunState
from app.runs.storage.writer import Chunk

CHANNEL = "plumb_runs"
LONGEST_MESSAGE = 10_000  # characters of a source's message that are kept

# A worker's commits may be lost with the database (`core.db.connect`), its final states may not.
DURABLY = "set_config('synchronous_commit', 'on', true)"
REPORT = (
    "insert into evidence_reports (org_id, run_id, body, body_hash, generated_at, version, diagnostics)"
    " select org_id, id, :body, :body_hash, :moment, :version,"
    " case when attempt > 1 then format('Attempt %s: a worker gave the run back.', attempt)"
    " else '' end from won"
)
SUCCEED = f"""
    with won as (
        update runs set state = 'succeeded', finished_at = :moment,
               row_count = :row_count, byte_count = :byte_count, truncated_by = :truncated_by,
               events_up_to = :events_up_to, events_reason = :events_reason
        where id = :run_id and state = 'running' and worker = :worker
          and not exists (select from cancellations where run_id = :run_id)
        returning id, org_id, attempt
    ), reported as (
        {REPORT}
    ), told as (
        {leave_sql(DATASET, "won")}
    ), described as (
        insert into result_columns (run_id, position, name, type, kind)
        select won.id, place - 1, name, type, kind
        from won, unnest(cast(:names as text[]), cast(:types as text[]), cast(:kinds as text[]))
             with ordinality as columns(name, type, kind, place)
    )
"""
ANNOUNCED = f"select pg_notify('{CHANNEL}', id::text), {DURABLY} from won"
# A result of one chunk is stored by the statement that settles its run: three round trips fewer.
WITH_CHUNK = """
    , stored as (
        insert into result_chunks (run_id, first_row, row_count, raw_bytes, data)
        select id, :first_row, :chunk_rows, :raw_bytes, :data from won
    )
"""
SETTLE = Quick(text(SUCCEED + ANNOUNCED))
STORE_AND_SETTLE = Quick(text(SUCCEED + WITH_CHUNK + ANNOUNCED))
FAIL = Quick(
    text(
        f"""
    with won as (
        update runs set state = :state, finished_at = :moment, failure_reason = :reason,
               failure_message = :message, failure_hint = :hint, failure_position = :position
        where id = :run_id and state = 'running' and worker = :worker
        returning id, org_id, attempt
    ), reported as (
        {REPORT}
    ), told as (
        {leave_sql(DATASET, "won")}
    ), stopped as (
        update cancellations set stopped_at = :moment
        from won where run_id = won.id and :state = 'cancelled'
    )
    {ANNOUNCED}
    """
    )
)


class ClaimLost(Exception):
    """The run is not this worker's any more, or was cancelled; nothing that it made may be kept."""


def succeed(
    connection: Connection,
    run_id: int,
    worker: str,
    *,
    columns: tuple[Column, ...],
    row_count: int,
    byte_count: int,
    truncated_by: str | None,
    report: Written,
    events: Aside | None = None,
    chunk: Chunk | None = None,
) -> None:
    """Settle in the transaction that holds the result's chunks: state, result and report appear together.

    A `chunk` that is the whole result needs no transaction: it is stored in the same statement.

    Raises ClaimLost when the run is no longer this worker's, or was cancelled while it was stored.
    """
    outcome: dict[str, object] = {
        "row_count": row_count,
        "byte_count": byte_count,
        "truncated_by": truncated_by,
        "events_up_to": _storable(events.value) if events and events.value is not None else None,
        "events_reason": _storable(events.reason) if events and events.reason is not None else None,
        "names": [_storable(column.name) for column in columns],
        "types": [column.type for column in columns],
        "kinds": [str(column.kind) for column in columns],
    }
    if chunk is None:
        _move(connection, SETTLE, run_id, worker, outcome, report)
        return
    outcome |= {
        "first_row": chunk.first_row,
        "chunk_rows": chunk.row_count,
        "raw_bytes": chunk.raw_bytes,
        "data": chunk.data,
    }
    _move(connection, STORE_AND_SETTLE, run_id, worker, outcome, report)


def fail(
    run_id: int,
    worker: str,
    reason: FailureReason,
    message: str,
    report: Written,
    *,
    hint: str | None = None,
    position: int | None = None,
) -> None:
    """Settle as failed, timed out or cancelled, by the reason. Raises ClaimLost."""
    state = state_of(reason)
    failed = state is not RunState.CANCELLED
    outcome = {
        "state": str(state),
        "reason": str(reason) if failed else None,
        "message": _storable(message) if failed else None,
        "hint": _storable(hint) if failed and hint else None,
        "position": position if failed else None,
    }
    with db.autocommit() as connection:
        _move(connection, FAIL, run_id, worker, outcome, report)


def state_of(reason: FailureReason) -> RunState:
    """The final state of a run that ended for this reason."""
    return {FailureReason.CANCELLED: RunState.CANCELLED, FailureReason.TIMEOUT: RunState.TIMED_OUT}.get(
        reason, RunState.FAILED
    )


def announce(session: Session, run_id: int) -> None:
    """Wake whoever waits for this run, once the transaction is committed."""
    session.execute(select(func.pg_notify(CHANNEL, str(run_id))))


def _move(
    connection: Connection,
    statement: Quick,
    run_id: int,
    worker: str,
    outcome: Mapping[str, object],
    report: Written,
) -> None:
    written = {"body": report.body, "body_hash": report.body_hash, "version": report.version}
    values = {"run_id": run_id, "worker": worker, "moment": now(), **outcome, **written}
    if statement.first(connection, values) is None:
        raise ClaimLost(f"run {run_id} is not held by {worker} any more")


def _storable(text: str) -> str:
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}")[:LONGEST_MESSAGE]
