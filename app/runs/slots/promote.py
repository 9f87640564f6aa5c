"""From the line to the workers: whoever asks for a slot, frees one or finds one free hands it on.

A run gets its slot here and is enqueued at once. Two who promote at the same time do no harm: the script
grants a slot once. What is missed while Redis is away, the sweeper promotes (sweep.py).
"""

import logging
from collections.abc import Iterable

from sqlalchemy.exc import SQLAlchemyError

from app.core.queue import enqueue
from app.runs.slots.leases import Room, Slot, Wanted, close_line, give_back, grant, look, take
from app.runs.slots.line import first_in_line, running

log = logging.getLogger(__name__)

JOB = "jobs.runs.execute_run"


def ask(wanted: Wanted) -> bool:
    """Send a new run to the workers, or leave it in the line; says whether it has a slot.

    Call it after the commit. Never raises.
    """
    room = take(wanted)
    if room is None:
        return False
    _enqueue(room.granted)
    if room.room:
        promote_quietly(room)
    return bool(room.granted)


def hand_on(*slots: Slot) -> None:
    """Free the slots of runs that are settled, and give them to whoever is next. Never raises."""
    room = give_back(*slots)
    if room is not None and not room.is_settled:
        promote_quietly(room)


def promote(room: Room | None = None, *, thorough: bool = False) -> int:
    """Give every free slot to whoever is next; returns how many runs were enqueued.

    `thorough` looks at the line in Postgres also when no slot is free: Redis may not know that there is one.
    """
    count = 0
    room = room or look()
    if room is not None and not room.known:
        room = grant((), running())
    # Each look brings one run of everybody: until one is refused, more may wait than Redis has heard of.
    while room is not None and (thorough or room.is_settled or len(room.held) < room.capacity):
        waiting = first_in_line(room.held)
        if not waiting:
            close_line(room.line)
            break
        room = grant(waiting)
        if room is None or not room.granted:
            break
        count += _enqueue(room.granted)
        thorough = False
    return count


def promote_quietly(room: Room | None = None, *, thorough: bool = False) -> None:
    """As `promote`, for whoever has done his own work already: what fails here, the sweeper makes good."""
    try:
        promote(room, thorough=thorough)
    except SQLAlchemyError:
        log.exception("promotion failed")


def _enqueue(granted: Iterable[Slot]) -> int:
    return sum(enqueue(JOB, slot.run_id) for slot in granted)
