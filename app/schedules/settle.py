"""How tries ended: written down once, by whoever comes first after the last of their runs."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core import db
from app.schedules.notify import notify
from app.schedules.settled import Settled

MOST = 1_000
SETTLE = text(
    """
    with over as (
        select refreshes.id, refreshes.outcome, refreshes.run_id, refreshes.decided_at
        from refreshes left join runs on runs.id = refreshes.run_id
        where refreshes.ended is null and refreshes.outcome in ('ran', 'joined', 'failed')
          and (:everywhere or refreshes.schedule_id = any(:ids))
          and (runs.id is null or runs.finished_at is not null)
          and not exists (
              select from refresh_tiles join runs on runs.id = refresh_tiles.run_id
              where refresh_tiles.refresh_id = refreshes.id and runs.finished_at is null)
        order by refreshes.id limit :most
        for update of refreshes
    ), parts as (
        select over.id, coalesce(runs.finished_at, over.decided_at) as ended_at,
               case when 'failed' in (over.outcome, tile.outcome) then 'failed'
                    else coalesce(runs.state, 'cancelled') end as state
        from over
        left join refresh_tiles tile on tile.refresh_id = over.id
        left join runs on runs.id = coalesce(tile.run_id, over.run_id)
    ), told as (
        select id, max(ended_at) as ended_at, count(*) as parts,
               count(*) filter (where state in ('failed', 'timed_out', 'lost')) as failed,
               count(*) filter (where state = 'cancelled') as cancelled
        from parts group by id
    )
    update refreshes set ended_at = told.ended_at,
           ended = case when told.failed = told.parts then 'failed' when told.failed > 0 then 'partly'
                        when told.cancelled > 0 then 'cancelled' else 'succeeded' end
    from told where refreshes.id = told.id and refreshes.ended is null
    returning refreshes.id, refreshes.schedule_id, refreshes.due_at, refreshes.ended
    """
)


def settle(session: Session, schedule_ids: Sequence[int] | None = None) -> list[Settled]:
    """Of these schedules or of all, at most MOST; the earliest due time first. Whoever has to know of it is
    told in the same transaction, which the caller commits.
    """
    values = {"ids": list(schedule_ids or ()), "everywhere": schedule_ids is None, "most": MOST}
    found = sorted((Settled(*row) for row in session.execute(SETTLE, values)), key=lambda each: each.due_at)
    notify(session, found)
    return found


def settle_all() -> int:
    """In a transaction of its own; returns how many."""
    with db.transaction() as session:
        return len(settle(session))
