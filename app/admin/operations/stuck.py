"""What does not move though it should: each with what it is and since when."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

STUCK = text(
    """
    select * from (
        select 'A run waits for a slot' as what, 'run' as kind, id, org_id, queued_at as since from runs
        where state = 'queued' and queued_at < now() - interval '5 minutes'
        union all
        select 'A run has not been heard of', 'run', id, org_id, beat_at from runs
        where state = 'running' and beat_at < now() - interval '30 seconds'
        union all
        select 'A run does not stop', 'run', runs.id, org_id, requested_at
        from cancellations join runs on runs.id = run_id
        where stopped_at is null and finished_at is null and requested_at < now() - interval '30 seconds'
        union all
        select 'A schedule is due', 'schedule', id, org_id, next_due_at from schedules
        where next_due_at < now() - interval '1 minute'
    ) found
    order by since limit :most
    """
)
MOST = 50


@dataclass(frozen=True, slots=True)
class Stuck:
    """`kind` is run or schedule."""

    what: str
    kind: str
    id: int
    org_id: int
    since: datetime


def stuck(session: Session) -> list[Stuck]:
    """The longest first, at most MOST."""
    return [Stuck(*row) for row in session.execute(STUCK, {"most": MOST})]
