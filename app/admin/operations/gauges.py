"""How things stand now, over the whole installation: from Postgres and Redis, the same from every process."""

from collections import Counter
from dataclasses import dataclass

import redis
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core import runtime
from app.core.queue import HOUSEKEEPING, RUNS, SWEEPS, waiting
from app.runs.slots.beats import Beat, workers
from app.runs.slots.leases import look

PLACES = text(
    """
    select datasources.id, datasources.org_id, datasources.name, orgs.name as org_name,
           coalesce(slots, datasource_slots) as slots,
           paused_at, paused_reason,
           (select count(*) from runs where datasource_id = datasources.id and state = 'queued'
            and id <> all(:held)) as waiting,
           (select min(queued_at) from runs where datasource_id = datasources.id and state = 'queued'
            and id <> all(:held)) as oldest
    from datasources join orgs on orgs.id = datasources.org_id
    where archived_at is null order by waiting desc, datasources.id
    """
)
BEHIND = text(
    """
    select coalesce(extract(epoch from now() - (
               select min(next_due_at) from schedules where next_due_at < now())), 0) as overdue,
           coalesce(extract(epoch from now() - (select min(left_at) from report_outbox)), 0) as projecting
    """
)


@dataclass(frozen=True, slots=True)
class Place:
    """A datasource: its slots, how many are in use, and how many runs wait without one."""

    id: int
    org_id: int
    name: str
    org_name: str
    slots: int
    used: int
    waiting: int
    oldest: object
    paused_reason: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """`workers`, `jobs` and `capacity` are None while Redis does not answer.

    Since when the oldest due time waits, and the oldest change that reports do not know yet.
    """

    places: list[Place]
    workers: list[Beat] | None
    jobs: dict[str, int] | None
    capacity: int | None
    busy: int
    overdue_s: float
    projecting_s: float


def standing(session: Session) -> Standing:
    room = look()
    held = [slot.run_id for slot in room.held] if room else []
    used = Counter(slot.datasource_id for slot in room.held) if room else Counter[int]()
    default = runtime.settings().datasource_slots
    places = [
        Place(
            row.id,
            row.org_id,
            row.name,
            row.org_name,
            row.slots or default,
            used[row.id],
            row.waiting,
            row.oldest,
            row.paused_reason,
        )
        for row in session.execute(PLACES, {"held": held})
    ]
    try:
        beats: list[Beat] | None = workers()
        jobs: dict[str, int] | None = {name: waiting(name) for name in (RUNS, SWEEPS, HOUSEKEEPING)}
    except (redis.RedisError, OSError):
        beats = jobs = None
    behind = session.execute(BEHIND).one()
    overdue, projecting = max(0.0, float(behind.overdue)), max(0.0, float(behind.projecting))
    capacity = room.capacity if room else None
    return Standing(places, beats, jobs, capacity, len(held), overdue, projecting)
