"""Execute a run in a worker: claim, query, store, settle. Whatever happens, one final state."""

import json
import logging
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from itertools import chain, islice

import pyarrow as pa
from sqlalchemy import Connection

from app.core import db, tracing, vault
from app.datasources.connectors.base import Connector, ConnectorError, Execution, FailureReason
from app.datasources.connectors.registry import connector_for
from app.evidence.envelope import Written
from app.evidence.hashing import OutputHash
from app.queries.bind import Bound, rebind
from app.queries.placeholders import parse_template
from app.runs.beat import beating
from app.runs.cancel import cancellable, is_unwanted
from app.runs.claim import Claim, claim
from app.runs.evidence.account import Account
from app.runs.freshness.watermark import Watermark
from app.runs.hand_back import hand_back, hand_back_when_reachable, is_leaving, returnable
from app.runs.models import RunState
from app.runs.settle import ClaimLost, fail, state_of, succeed
from app.runs.slots.leases import give_back
from app.runs.slots.promote import hand_on
from app.runs.storage.bucket import StoreAway
from app.runs.storage.uploads import leaving_nothing
from app.runs.storage.writer import Chunk
from app.runs.store import NOTHING, Stored, only_chunk, store
from app.runs.tell import tell

log = logging.getLogger(__name__)


def execute_run(run_id: int) -> None:
    """Execute the run if it is still queued; a second call for the same run changes nothing.

    The datasource's answer streams into the metadata database. A failure of the query is data, not an
    exception; an error of our own is logged and settles the run as `internal`.
    """
    claimed = claim(run_id)
    if claimed is None:
        return
    try:
        with tracing.within("run", claimed.trace, run_id=run_id) as span:
            span.set(run=run_id, datasource=claimed.datasource_id, trigger=claimed.trigger)
            _execute(claimed)
    except ClaimLost as lost:
        log.warning("result dropped", extra={"run_id": run_id, "why": str(lost)})
    except Exception as error:
        if not db.is_away(error):
            raise
        _begin_again(claimed, error)
    finally:
        if is_leaving():
            give_back(claimed.slot)  # whoever stays hands it on
        else:
            hand_on(claimed.slot)


def _execute(claimed: Claim) -> None:
    account = Account(claimed)
    try:
        _query(claimed, account)
    except ClaimLost:
        # Cancelled while its result was being stored, unless somebody else has settled it.
        cancelled = FailureReason.CANCELLED
        _fail(claimed, cancelled, "", account.of_failure(cancelled))
    except ConnectorError as error:
        if error.reason is FailureReason.CANCELLED and hand_back(claimed):
            return
        position = _bound(claimed).place(error.position) if error.position else None
        reason, message = error.reason, error.message
        report = account.of_failure(reason)
        _fail(claimed, reason, message, report, hint=error.hint, position=position)
    except StoreAway as away:
        not_stored = FailureReason.NOT_STORED
        _fail(claimed, not_stored, away.while_storing, account.of_failure(not_stored))
    except Exception as error:
        if db.is_away(error):
            raise
        log.exception("run failed inside Plumbline", extra={"run_id": claimed.run_id})
        message = "Plumbline could not finish this run; the log of the worker says why."
        internal = FailureReason.INTERNAL
        _fail(claimed, internal, message, account.of_failure(internal))


def _begin_again(claimed: Claim, error: Exception) -> None:
    """Our own database went away: the run is queued again, or ends as what it was to be when it is back."""
    log.warning("result not stored", extra={"run_id": claimed.run_id, "error": str(error)})
    if hand_back_when_reachable(claimed) or is_leaving():
        return
    reason = FailureReason.CANCELLED if is_unwanted(claimed.run_id) else FailureReason.INTERNAL
    message = "The database of Plumbline itself went away each time that this result was to be stored."
    with suppress(ClaimLost):  # settled before the answer was lost
        _fail(claimed, reason, message, Account(claimed).of_failure(reason))


def _query(claimed: Claim, account: Account) -> None:
    statement = _bound(claimed).statement(claimed.comment)
    watermark = Watermark(claimed)
    connector = _connector(claimed.kind, claimed.sealed_connection)
    execution: Execution
    if claimed.explain:
        execution = connector.explain(statement, claimed.limits, analyze=claimed.explain == "analyze")
    else:
        execution = connector.execute(statement, claimed.limits, watermark.aside)
    account.execution = execution
    with (
        beating(claimed.slot, claimed.worker, execution.cancel),
        cancellable(claimed.run_id, execution.cancel),
        returnable(claimed.run_id, execution.cancel),
        execution,
    ):
        batches = watermark.watch(execution.columns, execution.batches())
        stored = _settle(claimed, execution, batches, account, watermark)
    tell(claimed, claimed.run_id, RunState.SUCCEEDED, stored.row_count, stored.byte_count)


def _settle(
    claimed: Claim,
    execution: Execution,
    batches: Iterator[pa.RecordBatch],
    account: Account,
    watermark: Watermark,
) -> Stored:
    """Store the result and settle the run: at once when it is one chunk, else while it is read."""
    hashing = OutputHash(execution.columns)

    def settle(connection: Connection, stored: Stored, chunk: Chunk | None = None) -> Stored:
        events = watermark.found(execution)
        succeed(
            connection,
            claimed.run_id,
            claimed.worker,
            columns=execution.columns,
            row_count=stored.row_count,
            byte_count=stored.byte_count,
            truncated_by=execution.truncated_by,
            events=events,
            report=account.of_success(hashing.digest, execution.truncated_by, events),
            chunk=chunk,
        )
        return stored

    first = list(islice(batches, 2))  # the database may think for long; no connection is held meanwhile
    if len(first) < 2:
        chunk = only_chunk(first[0], hashing) if first else None
        with db.autocommit() as connection:
            return settle(connection, Stored(chunk.row_count, chunk.raw_bytes) if chunk else NOTHING, chunk)
    with leaving_nothing(claimed.run_id, claimed.worker), db.engine().begin() as connection:
        return settle(connection, store(connection, claimed.run_id, chain(first, batches), hashing))


def _fail(
    claimed: Claim,
    reason: FailureReason,
    message: str,
    report: Written,
    *,
    hint: str | None = None,
    position: int | None = None,
) -> None:
    fail(claimed.run_id, claimed.worker, reason, message, report, hint=hint, position=position)
    tell(claimed, claimed.run_id, state_of(reason))


def _bound(claimed: Claim) -> Bound:
    return rebind(parse_template(claimed.sql), claimed.values)


@lru_cache(maxsize=64)
def _connector(kind: str, sealed_connection: bytes) -> Connector:
    """One connector for each connection as it is sealed now, so that a process keeps its connections warm."""
    return connector_for(kind, json.loads(vault.unseal(sealed_connection)))
