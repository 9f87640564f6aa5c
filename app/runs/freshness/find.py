"""Runs that ask the same: the newest good one, one under way, and how the tries since then failed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.runs.models import Run
from app.runs.seen import PerSeer

# What a viewer may not look at by its number is not given to him as an answer either.
NEWEST_GOOD = PerSeer(
    """
    select id, started_at,
           result_deleted_at is null
               and (row_count = 0 or exists (select from result_chunks where run_id = runs.id)) as readable
    from runs where question = :question and org_id = :org_id and state = 'succeeded' and {seen}
    order by id desc limit 1
    """
)
ALL_NEWEST_GOOD = PerSeer(
    """
    select asked.question, good.* from unnest(cast(:questions as bytea[])) asked(question)
    cross join lateral (
        select id, started_at,
               result_deleted_at is null and (
                   row_count = 0 or exists (select from result_chunks where run_id = runs.id)) as readable
        from runs where question = asked.question and org_id = :org_id and state = 'succeeded' and {seen}
        order by id desc limit 1) good
    """
)
UNDER_WAY = PerSeer(
    """
    select id, started_at from runs
    where question = :question and org_id = :org_id and finished_at is null and {seen}
      and (started_at is null or started_at >= :since)
      and not exists (select from cancellations where run_id = runs.id)
    order by id limit 1
    """
)
ALL_UNDER_WAY = PerSeer(
    """
    select question, id, started_at from runs
    where question = any(:questions) and org_id = :org_id and finished_at is null and {seen}
      and not exists (select from cancellations where run_id = runs.id)
    order by id
    """
)
# One round trip, because it is asked for each result that a page shows.
KEPT = PerSeer(
    """
    with good as (
        select id, started_at,
               result_deleted_at is null and (
                   row_count = 0 or exists (select from result_chunks where run_id = runs.id)) as readable
        from runs where question = :question and org_id = :org_id and state = 'succeeded' and {seen}
        order by id desc limit 1
    ), failed as (
        select id, finished_at, failure_reason, failure_message from runs
        where question = :question and org_id = :org_id and id > (select id from good)
          and state in ('failed', 'timed_out', 'lost') and {seen}
    )
    select good.id as good_id, good.started_at, good.readable,
           (select min(finished_at) from failed) as since, (select count(*) from failed) as tries, last.*
    from good cross join (select * from failed order by id desc limit 1) last
    """
)


@dataclass(frozen=True, slots=True)
class Good:
    """A succeeded run. Its snapshot was taken at `started_at`; `readable` while its rows are stored."""

    run_id: int
    started_at: datetime
    readable: bool


@dataclass(frozen=True, slots=True)
class Failing:
    """Tries that failed after the newest good run: since when, how many, and how the last one did."""

    since: datetime
    tries: int
    run_id: int
    last_at: datetime
    reason: str
    message: str


def newest_good(session: Session, actor: Actor, question: bytes) -> Good | None:
    row = NEWEST_GOOD.first(session, actor, _of(actor, question))
    return Good(*row) if row else None


def all_newest_good(session: Session, actor: Actor, questions: Iterable[bytes]) -> dict[bytes, Good]:
    """By question; those without one are left out."""
    values = {"questions": sorted(set(questions)), "org_id": actor.org_id}
    rows = ALL_NEWEST_GOOD.all(session, actor, values)
    return {bytes(row.question): Good(row.id, row.started_at, row.readable) for row in rows}


def under_way(session: Session, actor: Actor, question: bytes, since: datetime) -> int | None:
    """Number of the oldest unsettled run whose snapshot is not older than `since`, or not taken yet."""
    values = {**_of(actor, question), "since": since}
    row = UNDER_WAY.first(session, actor, values)
    return row.id if row else None


def all_under_way(
    session: Session, actor: Actor, questions: Iterable[bytes]
) -> dict[bytes, list[tuple[int, datetime | None]]]:
    """By question the unsettled runs, oldest first, and when the snapshot of each was taken, if it was."""
    values = {"questions": sorted(set(questions)), "org_id": actor.org_id}
    found: dict[bytes, list[tuple[int, datetime | None]]] = {}
    for row in ALL_UNDER_WAY.all(session, actor, values):
        found.setdefault(bytes(row.question), []).append((row.id, row.started_at))
    return found


@dataclass(frozen=True, slots=True)
class Kept:
    """The newest good result of a question whose tries fail since."""

    good: Good
    failing: Failing


def kept_of(session: Session, actor: Actor, run: Run) -> Kept | None:
    """What stands for a run that failed, or marks one that later tries failed to refresh.

    None for a question whose newest try did not fail, or that never succeeded, and for a run before that.
    """
    if run.question is None:
        return None
    row = KEPT.first(session, actor, _of(actor, run.question))
    if row is None or run.id < row.good_id:
        return None
    failing = Failing(row.since, row.tries, row.id, row.finished_at, row.failure_reason, row.failure_message)
    return Kept(Good(row.good_id, row.started_at, row.readable), failing)


def _of(actor: Actor, question: bytes) -> dict[str, object]:
    return {"question": question, "org_id": actor.org_id}
