"""Stop in the datasource what a lost run left there: its server may not have noticed that we are gone.

A row in `run_strays` stands for each until nothing of it is found there, so that a job which is lost, or a
datasource which does not answer, only makes it later.
"""

import json
import logging

from sqlalchemy import select, text

from app.core import db, vault
from app.core.clock import now
from app.core.queue import HOUSEKEEPING, enqueue, is_queued
from app.datasources.connectors.base import ConnectorError
from app.datasources.connectors.registry import UnknownKind, connector_for
from app.datasources.connectors.strays import StopsStrays
from app.datasources.models import Datasource
from app.runs.claim import signature
from app.runs.models import Run, RunState

log = logging.getLogger(__name__)

JOB = "jobs.runs.stop_stray"
AT_ONCE = 5
# Where lost runs are settled; the limit of its time ends a query that nobody could stop.
LEAVE = """
    insert into run_strays (run_id, look_at, ends_at)
    select id, :moment + interval '3 s', :moment + make_interval(secs => timeout_s + 60) from settled
"""
DUE = text(
    """
    with ended as (
        delete from run_strays where ends_at < :moment
    ), due as (
        select run_id from run_strays where look_at <= :moment and ends_at >= :moment
        order by look_at limit :at_once for update skip locked
    )
    update run_strays set tries = tries + 1, look_at = :moment + least(3 * 2 ^ tries, 60) * interval '1 s'
    from due where run_strays.run_id = due.run_id
    returning due.run_id
    """
)
GONE = text("delete from run_strays where run_id = :run_id")

LEFT_BEHIND = (RunState.LOST, RunState.CANCELLED)


def remind_of_strays() -> int:
    """Have the next few looked for again, each time after a longer while; how many."""
    with db.autocommit() as connection:
        due = connection.scalars(DUE, {"moment": now(), "at_once": AT_ONCE}).all()
    return sum(
        enqueue(JOB, id, queue=HOUSEKEEPING) for id in due if not is_queued(JOB, id, queue=HOUSEKEEPING)
    )


def stop_stray(run_id: int) -> int:
    """How many statements of a settled run were stopped. A datasource that is away is asked again later."""
    with db.reading_session() as session:
        found = session.execute(
            select(Datasource.kind, Datasource.sealed_connection, Run.worker)
            .join(Run, Run.datasource_id == Datasource.id)
            .where(Run.id == run_id, Run.state.in_(LEFT_BEHIND), Run.worker.is_not(None))
        ).first()
    if found is None:
        _forget(run_id)
        return 0
    try:
        connector = connector_for(found.kind, json.loads(vault.unseal(found.sealed_connection)))
        comment = signature(run_id, found.worker or "")
        stopped = connector.stop(comment) if isinstance(connector, StopsStrays) else 0
    except (ConnectorError, UnknownKind, vault.SealBroken) as error:
        log.warning("a lost run may go on in its datasource", extra={"run_id": run_id, "why": str(error)})
        return 0
    if stopped:
        log.info("a lost run was stopped in its datasource", extra={"run_id": run_id})
    else:
        _forget(run_id)
    return stopped


def _forget(run_id: int) -> None:
    """Nothing of it was found. What was just stopped is looked for once more."""
    with db.autocommit() as connection:
        connection.execute(GONE, {"run_id": run_id})
