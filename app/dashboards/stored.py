"""What is stored for many questions, in one round trip."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.runs.freshness.find import Failing
from app.runs.seen import PerSeer

# What a viewer may not look at by its number is not shown to him on a tile either.
STORED = """
    select asked.key,
           good.id as good_id, good.question as good_question, good.started_at, good.readable,
           good.row_count, good.truncated_by, good.events_up_to, good.events_reason,
           moving.id as moving_id, moving.state as moving_state, moving.queued_at,
           failed.since, failed.tries, last.id as last_id, last.finished_at as last_at,
           last.failure_reason, last.failure_message
    from unnest(cast(:keys as bytea[])) asked(key)
    left join lateral (
        select id, question, started_at, row_count, truncated_by, events_up_to, events_reason,
               result_deleted_at is null and (
                   row_count = 0 or exists (select from result_chunks where run_id = runs.id)) as readable
        from runs where {same} = asked.key and org_id = :org_id and state = 'succeeded' and {seen}
        order by id desc limit 1) good on true
    left join lateral (
        select id, state, queued_at from runs
        where {same} = asked.key and org_id = :org_id and finished_at is null and {seen}
          and not exists (select from cancellations where run_id = runs.id)
        order by id limit 1) moving on true
    left join lateral (
        select min(finished_at) as since, count(*) as tries, max(id) as id from runs
        where {same} = asked.key and org_id = :org_id and id > coalesce(good.id, 0)
          and state in ('failed', 'timed_out', 'lost') and {seen}) failed on true
    left join runs last on last.id = failed.id
    """
EQUAL = PerSeer(STORED.replace("{same}", "question"))
SAID_ALIKE = PerSeer(STORED.replace("{same}", "spoken"))
VALUES = text("select run_id, name, value from run_values where run_id = any(:run_ids) order by position")


@dataclass(frozen=True, slots=True)
class Good:
    """The newest good run of a question; `readable` while its rows are stored.

    `question` is another one than was asked where words were read at another time.
    """

    run_id: int
    question: bytes
    as_of: datetime
    readable: bool
    row_count: int
    truncated_by: str | None
    events_up_to: str | None
    events_reason: str | None


@dataclass(frozen=True, slots=True)
class Moving:
    """A run of the question that is not settled."""

    run_id: int
    state: str
    queued_at: datetime


@dataclass(frozen=True, slots=True)
class Stored:
    good: Good | None = None
    moving: Moving | None = None
    failing: Failing | None = None


NOTHING = Stored()


def stored_of(
    session: Session, actor: Actor, keys: Iterable[bytes], spoken: Iterable[bytes] = ()
) -> dict[bytes, Stored]:
    """By question, and by what was said in the same words (`spoken`).

    `failing` tells of tries since the newest good run, or of all when none was good.
    """
    found: dict[bytes, Stored] = {}
    for statement, wanted in ((EQUAL, set(keys)), (SAID_ALIKE, set(spoken))):
        if wanted:
            rows = statement.all(session, actor, {"keys": sorted(wanted), "org_id": actor.org_id})
            found |= {bytes(row.key): _stored(row) for row in rows}
    return found


def values_of_runs(session: Session, run_ids: Collection[int]) -> dict[int, dict[str, str | None]]:
    """What was bound, by run and name."""
    found: dict[int, dict[str, str | None]] = {}
    if run_ids:
        for run_id, name, value in session.execute(VALUES, {"run_ids": list(run_ids)}):
            found.setdefault(run_id, {})[name] = value
    return found


def _stored(row: Any) -> Stored:
    good = moving = failing = None
    if row.good_id is not None:
        good = Good(
            row.good_id,
            bytes(row.good_question),
            row.started_at,
            row.readable,
            row.row_count,
            row.truncated_by,
            row.events_up_to,
            row.events_reason,
        )
    if row.moving_id:
        moving = Moving(row.moving_id, row.moving_state, row.queued_at)
    if row.last_id:
        said = row.failure_message or ""
        failing = Failing(row.since, row.tries, row.last_id, row.last_at, row.failure_reason, said)
    return Stored(good, moving, failing)
