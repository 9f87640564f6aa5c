"""Make facts of what the outbox holds: claim, read the sources as they are now, keep the facts, forget.

A claim is a lease, so that rows of a projector that died are taken again. The facts of a dataset are kept by
one projector at a time, which reads the sources once it has its turn: an older state never replaces a newer.
While one is at a dataset, others leave its rows alone, as a worker has better to do than to wait.
"""

import logging
import os
import socket
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from app.core import db
from app.reporting import catalog
from app.reporting.choose import sink_for
from app.reporting.datasets import Dataset
from app.reporting.facts import FactBatch, SourceKey
from app.reporting.models import OutboxRow
from app.reporting.sources import read_sources

log = logging.getLogger(__name__)

MOST = 1_000  # rows in one claim
MOST_CLAIMS = 10  # in one job: others want their turn
STALE = timedelta(minutes=1)
FIRST_WAIT_S, LONGEST_WAIT_S = 2, 3_600

CLAIM = text(
    """
    with mine as (
        select id from report_outbox
        where try_at <= clock_timestamp()
          and (claimed_at is null or claimed_at < clock_timestamp() - cast(:stale as interval))
          and pg_try_advisory_xact_lock(hashtextextended('facts ' || dataset, 0))
        order by id limit :most
        for update skip locked
    )
    update report_outbox set claimed_at = clock_timestamp(), claimed_by = :me, attempts = attempts + 1
    from mine where report_outbox.id = mine.id
    returning report_outbox.id, org_id, dataset, source_key, attempts
    """
)


class Claimed(NamedTuple):
    id: int
    org_id: int
    dataset: str
    source_key: str
    attempts: int


def project(most: int = MOST, claims: int = MOST_CLAIMS) -> int:
    """How many rows of the outbox it took. Returns early once there are few."""
    taken = 0
    for _ in range(claims):
        rows = _claim(most)
        taken += len(rows)
        for name, group in groupby(sorted(rows, key=attrgetter("dataset")), attrgetter("dataset")):
            _settle(name, list(group))
        if len(rows) < most:
            break
    return taken


def _claim(most: int) -> list[Claimed]:
    with db.autocommit() as connection:
        found = connection.execute(CLAIM, {"most": most, "me": _me(), "stale": STALE})
        return [Claimed(*row) for row in found]


def _me() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def _settle(name: str, rows: Sequence[Claimed]) -> None:
    """All at once; where that fails in halves, so that one bad source holds nobody up."""
    try:
        dataset = catalog.named(name)
        if dataset is None or dataset.projection is None:
            raise LookupError(name)
        with db.transaction() as session:
            take_turn(session, dataset)
            _keep(session, dataset, rows)
    except Exception as error:
        if db.is_away(error):
            raise  # the claims go stale and are taken again
        if len(rows) == 1:
            _put_off(rows[0], error)
            return
        middle = len(rows) // 2
        for half in (rows[:middle], rows[middle:]):
            _settle(name, half)


def take_turn(session: Session, dataset: Dataset) -> None:
    """Until the transaction ends nobody else keeps facts of this dataset."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"facts {dataset.name}", 0))))


def _keep(session: Session, dataset: Dataset, rows: Sequence[Claimed]) -> None:
    held = select(OutboxRow.id).where(
        OutboxRow.id.in_([row.id for row in rows]), OutboxRow.claimed_by == _me()
    )
    mine = set(session.scalars(held.with_for_update()))
    rows = [row for row in rows if row.id in mine]
    wanted = {SourceKey(row.org_id, row.source_key) for row in rows}
    facts = read_sources(session, dataset, wanted)
    sink = sink_for(session, dataset)
    sink.upsert_facts(FactBatch(dataset, facts))
    for key in wanted - {fact.key for fact in facts}:
        sink.supersede_source(dataset, key)
    session.execute(delete(OutboxRow).where(OutboxRow.id.in_(mine)))


def _put_off(row: Claimed, error: Exception) -> None:
    said = describe(error)
    log.warning("fact not kept", extra={"dataset": row.dataset, "source": row.source_key, "error": said})
    wait = timedelta(seconds=min(FIRST_WAIT_S * 2 ** (row.attempts - 1), LONGEST_WAIT_S))
    with db.transaction() as session:
        session.execute(
            update(OutboxRow)
            .where(OutboxRow.id == row.id)
            .values(error=said, try_at=func.clock_timestamp() + wait, claimed_at=None, claimed_by=None)
        )


def describe(error: BaseException) -> str:
    """The kinds of error, innermost last, without their messages: those may quote values."""
    return " < ".join(_kinds(error))[:500]


def _kinds(error: BaseException) -> Iterator[str]:
    yield type(error).__name__
    cause = getattr(error, "orig", None) or error.__cause__
    if cause is not None:
        yield from _kinds(cause)
    elif state := getattr(error, "sqlstate", None):
        yield str(state)
