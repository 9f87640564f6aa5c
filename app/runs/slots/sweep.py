"""What the sweeper does about slots: free those of the dead, remind the queue, promote who was missed."""

from sqlalchemy import text

from app.core import db
from app.core.queue import enqueue, is_queued
from app.runs.slots.leases import give_back, look, renew
from app.runs.slots.promote import JOB, promote

STATES = text("select id, state from runs where id = any(:held)")


def sweep_slots() -> int:
    """Returns how many runs were handed to the workers, for the first time or again.

    To enqueue a run that a worker has or gets anyway is harmless: only one can claim it.
    """
    room = look()
    if room is None:
        return 0
    with db.autocommit() as connection:
        found = connection.execute(STATES, {"held": [slot.run_id for slot in room.held]})
        states = {row.id: row.state for row in found}
    if stale := [slot for slot in room.held if states.get(slot.run_id) not in ("queued", "running")]:
        give_back(*stale)
    if granted := [slot for slot in room.held if states.get(slot.run_id) == "queued"]:
        renew(*granted)
    forgotten = [slot.run_id for slot in granted if not is_queued(JOB, slot.run_id)]
    return sum(enqueue(JOB, run_id) for run_id in forgotten) + promote(thorough=True)
