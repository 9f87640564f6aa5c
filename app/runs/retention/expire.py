"""Delete results whose time is over. Runs, columns and evidence stay; `result_deleted_at` says when it was.

Chunks go in the transaction that marks the run. Objects are given up in it, and deleted after it.
"""

import logging
import time
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from app.core import db
from app.core.clock import now
from app.runs.retention.policy import default_days
from app.runs.storage.uploads import sweep_uploads
from app.telemetry.names import DELETED
from app.telemetry.write import observe

log = logging.getLogger(__name__)

AT_ONCE = 100  # runs in one transaction,
BYTES_AT_ONCE = 256_000_000  # and raw bytes, but always one run
LONGEST_S = 20  # then the next tick goes on

SHORTEST = text(
    """
    select least(cast(:days as int), (select min(result_days) from orgs),
                 (select min(result_days) from queries))
    """
)
DUE = text(
    """
    select runs.id, runs.byte_count from runs
    join orgs on orgs.id = runs.org_id
    left join query_versions on query_versions.id = runs.query_version_id
    left join queries on queries.id = query_versions.query_id
    where runs.state = 'succeeded' and runs.result_deleted_at is null
      and runs.finished_at < :moment - make_interval(days => :shortest)
      and runs.finished_at < :moment - make_interval(
          days => coalesce(queries.result_days, orgs.result_days, cast(:days as int)))
      and not (
          queries.id is not null
          and runs.finished_at >= :moment - make_interval(
              days => coalesce(orgs.newest_result_days, cast(:newest_days as int)))
          and not exists (
              select from runs newer join query_versions on query_versions.id = newer.query_version_id
              where query_versions.query_id = queries.id and newer.id > runs.id
                and newer.state = 'succeeded'))
    order by runs.finished_at limit :at_once
    for update of runs skip locked
    """
)
DELETE = text(
    """
    with marked as (
        update runs set result_deleted_at = :moment where id = any(:run_ids)
    ), given_up as (
        update result_uploads set kept_at = null, dropped_at = :moment where run_id = any(:run_ids)
    )
    delete from result_chunks where run_id = any(:run_ids)
    """
)


@dataclass(slots=True)
class Expired:
    """How much went; `objects` also counts what dead workers left."""

    runs: int = 0
    chunks: int = 0
    objects: int = 0


def expire_results() -> Expired:
    """Delete what is due, in short transactions, and the objects that nobody keeps."""
    began, gone = time.monotonic(), Expired()
    moment = now()
    with db.autocommit() as connection:
        shortest = connection.scalar(SHORTEST, {"days": default_days()["days"]})
    while time.monotonic() - began < LONGEST_S:
        with db.engine().begin() as connection:
            run_ids = _due(connection, moment, shortest)
            if run_ids:
                gone.chunks += forget_results(connection, run_ids, moment)
        gone.runs += len(run_ids)
        if not run_ids:
            break
    gone.objects = sweep_uploads()
    if gone.runs or gone.objects:
        counts = {"runs": gone.runs, "chunks": gone.chunks, "objects": gone.objects}
        log.info("results expired", extra=counts)
        for what, count in counts.items():
            observe(DELETED, count, "results" if what == "runs" else what)
    return gone


def forget_results(connection: Connection, run_ids: list[int], moment: datetime) -> int:
    """Mark these runs as without a result, in the connection's transaction; how many chunks went."""
    deleted: int = connection.execute(DELETE, {"moment": moment, "run_ids": run_ids}).rowcount
    return deleted


def _due(connection: Connection, moment: datetime, shortest: int) -> list[int]:
    """Oldest first, as many as one short transaction deletes; held by it, past those that others hold."""
    values = {"moment": moment, "shortest": shortest, "at_once": AT_ONCE, **default_days()}
    chosen: list[int] = []
    size = 0
    for run_id, byte_count in connection.execute(DUE, values):
        size += byte_count or 0
        if chosen and size > BYTES_AT_ONCE:
            break
        chosen.append(run_id)
    return chosen
