"""Settle runs that lost whoever executed them, and clear away after them."""

from collections.abc import Mapping

from sqlalchemy import TextClause, text

from app.core import db
from app.core.clock import now
from app.core.queue import HOUSEKEEPING, enqueue
from app.reporting.outbox import leave_sql
from app.runs.models import DATASET
from app.runs.settle import CHANNEL
from app.runs.slots.leases import Slot, give_back
from app.runs.strays import JOB, LEAVE
from app.runs.tell import tell


def losing(which: str) -> TextClause:
    """The statement that settles the running runs of which this SQL holds.

    A row that is locked is being settled by its worker. What was to be cancelled has stopped and is lost to
    nobody.
    """
    return text(
        f"""
        with bereft as (
            select id, exists (select from cancellations where run_id = runs.id) as unwanted from runs
            where state = 'running' and {which}
            for update skip locked
        ), settled as (
            update runs set finished_at = :moment,
                   state = case when unwanted then 'cancelled' else 'lost' end,
                   failure_reason = case when not unwanted then 'worker_lost' end,
                   failure_message = case when not unwanted then :message end
            from bereft where runs.id = bereft.id
            returning runs.id, runs.org_id, runs.datasource_id, runs.requested_by, runs.trigger, runs.state,
                      runs.queued_at, runs.started_at, runs.timeout_s, unwanted
        ), left_there as (
            {LEAVE}
        ), told as (
            {leave_sql(DATASET, "settled")}
        ), stopped as (
            update cancellations set stopped_at = :moment from settled where run_id = settled.id and unwanted
        )
        select id, datasource_id, requested_by, org_id, trigger, state, queued_at, started_at,
               pg_notify('{CHANNEL}', id::text) from settled
        """
    )


def settle(statement: TextClause, message: str, values: Mapping[str, object]) -> int:
    """How many it settled. Their slots are free, but not handed on yet."""
    with db.transaction() as session:
        lost = session.execute(statement, {"moment": now(), "message": message, **values}).all()
    for run in lost:
        enqueue(JOB, run.id, queue=HOUSEKEEPING)
        tell(run, run.id, run.state)
    give_back(*(Slot(run.id, run.datasource_id, run.requested_by) for run in lost))
    return len(lost)
