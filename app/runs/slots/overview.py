"""The slots of one datasource: how many there are, who holds them, who waits."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.datasources.models import Datasource
from app.runs.slots.caps import default_slots
from app.runs.slots.leases import look
from app.runs.slots.place import in_order

SHOWN = 50  # of those who wait
HELD = text(
    """
    select runs.id, users.name, users.email, coalesce(started_at, queued_at) as since, trigger
    from runs join users on users.id = runs.requested_by
    where runs.id in (
        select id from runs where datasource_id = :datasource_id and state = 'running'
        union all
        select id from runs where datasource_id = :datasource_id and state = 'queued' and id = any(:held))
    order by since, runs.id
    """
)
THESE = text(
    """
    select runs.id, users.name, users.email, queued_at as since, trigger
    from runs join users on users.id = runs.requested_by where runs.id = any(:run_ids)
    """
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A run that holds a slot or waits for one, and since when."""

    run_id: int
    name: str
    email: str
    since: datetime
    trigger: str


@dataclass(frozen=True, slots=True)
class Overview:
    """`slots` is the cap, its own or the installation's default; `waiting` counts also those not listed.

    `workers` of which `busy` run something now, here or elsewhere; both None while Redis does not answer.
    """

    slots: int
    is_default: bool
    holders: list[Standing]
    line: list[Standing]
    waiting: int
    workers: int | None
    busy: int | None


def overview(session: Session, datasource: Datasource) -> Overview:
    room = look()
    held = [slot.run_id for slot in room.held] if room else []
    holders = session.execute(HELD, {"datasource_id": datasource.id, "held": held})
    line, waiting = in_order(session, room, datasource.id)
    shown = {row.id: Standing(*row) for row in session.execute(THESE, {"run_ids": line[:SHOWN]})}
    return Overview(
        slots=datasource.slots or default_slots(session, datasource.org_id),
        is_default=datasource.slots is None,
        holders=[Standing(*row) for row in holders],
        line=[shown[run_id] for run_id in line[:SHOWN] if run_id in shown],
        waiting=waiting,
        workers=room.capacity if room else None,
        busy=len(room.held) if room else None,
    )
