"""What is stored for many questions, in one round trip."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.runs.freshness.find import Failing
from app.runs.seen import PerSeer

# What a viewer may not look at by its number is not shown to him on a tile either.
STORED = PerSeer(
    """
    select asked.key,
           good.id as good_id, good.started_at, good.readable, good.row_count, good.truncated_by,
           good.events_up_to, good.events_reason,
           moving.id as moving_id, moving.state as moving_state, moving.queued_at,
           failed.since, failed.tries, last.id as last_id, last.finished_at as last_at,
           last.failure_reason, last.failure_message
    from unnest(cast(:keys as bytea[])) asked(key)
    left join lateral (
        select id, started_at, row_count, truncated_by, events_up_to, events_reason,
               result_deleted_at is null and (
                   row_count = 0 or exists (select from result_chunks where run_id = runs.id)) as readable
        from runs where question = asked.key and org_id = :org_id and state = 'succeeded' and {seen}
        order by id desc limit 1) good on true
    left join lateral (
        select id, state, queued_at from runs
        where question = asked.key and org_id = :org_id and finished_at is null and {seen}
          and not exists (select from cancellations where run_id = runs.id)
        order by id limit 1) moving on true
    left join lateral (
        select min(finished_at) as since, count(*) as tries, max(id) as id from runs
        where question = asked.key and org_id = :org_id and id > coalesce(good.id, 0)
          and state in ('failed', 'timed_out', 'lost') and {seen}) failed on true
    left join runs last on last.id = failed.id
    """
)


@dataclass(frozen=True, slots=True)
class Good:
    """The newest good run of a question; `readable` while its rows are stored."""

    run_id: int
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


def stored_of(session: Session, actor: Actor, keys: Iterable[bytes]) -> dict[bytes, Stored]:
    """By question. `failing` tells of tries since the newest good run, or of all when none was good."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    found = {}
    for row in STORED.all(session, actor, {"keys": wanted, "org_id": actor.org_id}):
        good = (
            None
            if row.good_id is None
            else Good(
                row.good_id,
                row.started_at,
                row.readable,
                row.row_count,
                row.truncated_by,
                row.events_up_to,
                row.events_reason,
            )
        )
        moving = Moving(row.moving_id, row.moving_state, row.queued_at) if row.moving_id else None
        failing = (
            Failing(
                row.since, row.tries, row.last_id, row.last_at, row.failure_reason, row.failure_message or ""
            )
            if row.last_id
            else None
        )
        found[bytes(row.key)] = Stored(good, moving, failing)
    return found
