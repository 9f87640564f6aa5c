"""Make facts again from their sources, or only those that are missing: in steps, each a transaction.

A step writes its facts and how far it came together, so that whoever takes the next one begins there.
"""

import logging
import time
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.core import db
from app.core.clock import now
from app.core.errors import Invalid
from app.reporting import catalog
from app.reporting.choose import sink_for
from app.reporting.datasets import Dataset
from app.reporting.facts import FactBatch
from app.reporting.models import Backfill, BackfillState
from app.reporting.project import describe, take_turn
from app.reporting.sources import read_range

log = logging.getLogger(__name__)

STEP = 1_000  # sources
TURN_S = 2.0  # of one job: others want their turn
MOST_TRIES = 5
EVERY = timedelta(hours=1)
LOOK_BACK, SETTLED = timedelta(days=2), timedelta(minutes=5)
KEPT = timedelta(days=30)


def request_backfill(
    session: Session,
    dataset: str,
    *,
    org_id: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    missing_only: bool = False,
) -> Backfill:
    """Ask for one, of every organisation unless told. Raises Invalid at `dataset` or `until`."""
    copied = [each.name for each in catalog.every() if each.projection]
    if dataset not in copied:
        listed = ", ".join(copied)
        raise Invalid(fields={"dataset": f"There are no copied facts of {dataset!r}. Allowed: {listed}."})
    if since and until and since >= until:
        raise Invalid(fields={"until": "This must be later than `since`."})
    row = Backfill(
        dataset=dataset,
        org_id=org_id,
        since=since,
        until=until,
        missing_only=missing_only,
        state=BackfillState.WAITING,
    )
    session.add(row)
    session.flush()
    return row


def work_on_backfills(turn_s: float = TURN_S) -> int:
    """Steps of whatever waits, oldest first, for so long; returns how many."""
    begun, steps = time.monotonic(), 0
    while _step():
        steps += 1
        if time.monotonic() - begun > turn_s:
            break
    return steps


def repair() -> None:
    """Each hour, look for sources of the last days of which no fact came; at first, for all there are.

    Old backfills are forgotten.
    """
    moment = now()
    with db.transaction() as session:
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("facts", 0))))
        session.execute(
            delete(Backfill).where(Backfill.since.is_not(None), Backfill.finished_at < moment - KEPT)
        )
        latest = select(Backfill.dataset, func.max(Backfill.created_at)).group_by(Backfill.dataset)
        looked = {row.dataset: row[1] for row in session.execute(latest)}
        for dataset in catalog.every():
            if dataset.projection is None:
                continue
            if dataset.name not in looked:
                request_backfill(session, dataset.name)
            elif moment - looked[dataset.name] > EVERY:
                since, until = moment - LOOK_BACK, moment - SETTLED
                request_backfill(session, dataset.name, since=since, until=until, missing_only=True)


def _step() -> bool:
    """False when nothing waits, or somebody else is at it."""
    number = None
    try:
        with db.transaction() as session:
            found = session.scalar(
                select(Backfill)
                .where(Backfill.state == BackfillState.WAITING)
                .order_by(Backfill.attempts, Backfill.id)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            if found is None:
                return False
            number = found.id
            _advance(session, found)
    except Exception as error:
        if number is None or db.is_away(error):
            raise
        _put_off(number, error)
    return True


def _advance(session: Session, backfill: Backfill) -> None:
    dataset = catalog.named(backfill.dataset)
    if dataset is None:
        raise LookupError(backfill.dataset)
    take_turn(session, dataset)
    facts = read_range(
        session,
        dataset,
        after=backfill.reached,
        most=STEP,
        org_id=backfill.org_id,
        since=backfill.since,
        until=backfill.until,
    )
    if facts:
        sink = sink_for(session, dataset)
        known = sink.known(dataset, [fact.key for fact in facts]) if backfill.missing_only else set()
        batch = FactBatch(dataset, [fact for fact in facts if fact.key not in known])
        sink.upsert_facts(batch)
        backfill.reached = int(facts[-1].key.source_key)
        backfill.written += len(batch.facts)
        _tell(backfill, dataset, len(batch.facts))
    backfill.moved_at = now()
    if len(facts) < STEP:
        backfill.state, backfill.finished_at = BackfillState.DONE, backfill.moved_at


def _tell(backfill: Backfill, dataset: Dataset, count: int) -> None:
    if backfill.missing_only and count:
        log.warning("facts were missing", extra={"dataset": dataset.name, "count": count})


def _put_off(backfill_id: int, error: Exception) -> None:
    log.exception("backfill failed", extra={"backfill_id": backfill_id})
    with db.transaction() as session:
        changed = update(Backfill).where(Backfill.id == backfill_id).returning(Backfill.attempts)
        said = {"attempts": Backfill.attempts + 1, "error": describe(error)}
        if session.execute(changed.values(**said)).scalar_one() >= MOST_TRIES:
            ended = {"state": BackfillState.FAILED, "finished_at": now()}
            session.execute(update(Backfill).where(Backfill.id == backfill_id).values(**ended))
