"""Take a queued run: a guarded UPDATE that one worker wins."""

import os
import secrets
import socket
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import text

from app.core import db
from app.core.clock import now
from app.core.quick import Quick
from app.datasources.connectors.base import Limits, ValueKind
from app.queries.given import NamedValue
from app.queries.watermark import NO_WATERMARK, Watermark
from app.runs.slots.leases import Slot

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Claim:
    """A run that is this worker's to execute, with all that it needs, so that no connection is held."""

    run_id: int
    worker: str
    datasource_id: int
    user_id: int
    kind: str
    sealed_connection: bytes
    sql: str
    values: tuple[NamedValue, ...]
    limits: Limits
    comment: str
    max_stale_ms: int | None = None
    cache_status: str | None = None
    watermark: Watermark = NO_WATERMARK
    explain: str | None = None
    org_id: int = 0
    trigger: str = ""
    queued_at: datetime = EPOCH
    started_at: datetime = EPOCH
    trace: str | None = None

    @property
    def slot(self) -> Slot:
        return Slot(self.run_id, self.datasource_id, self.user_id)


def signature(run_id: int, worker: str) -> str:
    """How the comment begins that stands before a run's SQL.

    The claim's nonce tells it from a run of the same number of another installation on the same datasource.
    """
    return f"plumbline run={run_id} claim={worker.rpartition(':')[2]} "


# One statement, because every round trip is felt in a tiny run.
CLAIM = Quick(
    text(
        """
    update runs set state = 'running', started_at = :moment, beat_at = :moment, worker = :worker
    from datasources, users
    where runs.id = :run_id and runs.state = 'queued'
      and datasources.id = runs.datasource_id and users.id = runs.requested_by
    returning runs.sql, runs.datasource_id, runs.requested_by, runs.timeout_s, runs.max_rows, runs.max_bytes,
              runs.max_stale_ms, runs.cache_status, runs.watermark_column, runs.watermark_sql,
              runs.explain, runs.org_id, runs.trigger, runs.queued_at, runs.trace,
              datasources.kind, datasources.sealed_connection, users.email,
              (select query_id from query_versions where id = runs.query_version_id) as query_id,
              (select json_agg(json_build_array(name, kind, value) order by position)
               from run_values where run_id = runs.id) as given
    """
    )
)


def claim(run_id: int) -> Claim | None:
    """Claim the run, or None when it is not queued any more: another worker has it, or it is settled."""
    worker = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    moment = now()
    with db.autocommit() as connection:
        row = CLAIM.first(connection, {"run_id": run_id, "worker": worker, "moment": moment})
    if row is None:
        return None
    return Claim(
        run_id=run_id,
        worker=worker,
        datasource_id=row.datasource_id,
        user_id=row.requested_by,
        kind=row.kind,
        sealed_connection=bytes(row.sealed_connection),
        sql=row.sql,
        values=tuple(NamedValue(name, ValueKind(kind), value) for name, kind, value in row.given or ()),
        limits=Limits(row.timeout_s, row.max_rows, row.max_bytes),
        comment=f"{signature(run_id, worker)}query={row.query_id or 'none'} user={row.email}",
        max_stale_ms=row.max_stale_ms,
        cache_status=row.cache_status,
        watermark=Watermark(row.watermark_column, row.watermark_sql),
        explain=row.explain,
        org_id=row.org_id,
        trigger=row.trigger,
        queued_at=row.queued_at,
        started_at=moment,
        trace=row.trace,
    )
