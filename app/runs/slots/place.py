"""A run's place in the line, by the rule of line.py, as if every run took equally long."""

import heapq
from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.core.clock import now
from app.runs.models import Run, RunState
from app.runs.slots.caps import default_slots
from app.runs.slots.leases import Room, last_served, look
from app.runs.slots.line import AGED

Obstacle = Literal["datasource", "workers", "no_worker", "queue"]

LONGEST_LINE = 1000  # runs that are put in order; who stands behind them has no place yet
WAITING = text(
    """
    select id, requested_by, behind, waiting from (
        select id, requested_by, trigger = 'schedule' and queued_at > :aged as behind,
               count(*) over () as waiting,
               row_number() over (partition by requested_by order by id) as turn
        from runs
        where state = 'queued' and id <> all(:held) and (:everywhere or datasource_id = :datasource_id)
    ) as line
    order by turn, id limit :longest
    """
)
IN_USE = text("select id from runs where state = 'running' and datasource_id = :datasource_id")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a queued run stands (from 1), out of `waiting`, and what it waits for.

    `datasource`: its slots are in use; `workers`: theirs are; `no_worker`: none is there; `queue`: Redis does
    not answer. `used` of `slots` are those of the datasource, or for `workers` of the whole installation.
    """

    place: int | None
    waiting: int
    held_up_by: Obstacle
    used: int
    slots: int


def place_of(session: Session, run: Run) -> Place | None:
    """None when the run does not wait: it has a slot, or is past that. The run comes with its datasource."""
    if run.state != RunState.QUEUED or run.id in handed_over(session):
        return None
    room = look()
    held = {slot.run_id for slot in room.held} if room else set()
    if run.id in held:
        return None
    cap = run.datasource_slots or default_slots(session, run.org_id)
    if room is None:
        used = len(session.execute(IN_USE, {"datasource_id": run.datasource_id}).all())
    else:
        used = sum(slot.datasource_id == run.datasource_id for slot in room.held)
    obstacle = _obstacle(room, used, cap)
    if room and obstacle == "workers":
        used, cap = len(room.held), room.capacity
    line, waiting = in_order(session, room, run.datasource_id, everywhere=obstacle != "datasource")
    place = line.index(run.id) + 1 if run.id in line else None
    return Place(place, waiting, obstacle, used, cap)


def line(session: Session, run: Run) -> dict[str, object] | None:
    """`place_of` for programs."""
    place = place_of(session, run)
    return asdict(place) if place else None


def handed_over(session: Session) -> set[int]:
    """The runs that got a slot when this session started them: nobody needs to look for them in the line."""
    runs: set[int] = session.info.setdefault("handed_over", set())
    return runs


def in_order(
    session: Session, room: Room | None, datasource_id: int, *, everywhere: bool = False
) -> tuple[list[int], int]:
    """The first of the runs that wait for the datasource, or anywhere, next one first, and how many wait."""
    values = {
        "aged": now() - AGED,
        "held": [slot.run_id for slot in room.held] if room else [],
        "everywhere": everywhere,
        "datasource_id": datasource_id,
        "longest": LONGEST_LINE,
    }
    rows = session.execute(WAITING, values).all()
    of_user = Counter(slot.user_id for slot in room.held) if room else Counter()
    people, schedules = ([row for row in rows if row.behind is behind] for behind in (False, True))
    return _ordered(people, of_user) + _ordered(schedules, of_user), rows[0].waiting if rows else 0


def _obstacle(room: Room | None, used: int, cap: int) -> Obstacle:
    if room is None:
        return "queue"
    if not room.capacity:
        return "no_worker"
    return "datasource" if used >= cap else "workers"


def _ordered(rows: Sequence[Row[tuple[int, int, bool]]], of_user: Counter[int]) -> list[int]:
    """Counts each as served in `of_user`."""
    waiting: defaultdict[int, deque[int]] = defaultdict(deque)
    for row in rows:
        waiting[row.requested_by].append(row.id)
    served = last_served(waiting)
    turns = [(of_user[user], served.get(user, 0.0), runs[0], user) for user, runs in waiting.items()]
    heapq.heapify(turns)
    order: list[int] = []
    while turns:
        _, _, run_id, user = heapq.heappop(turns)
        order.append(run_id)
        waiting[user].popleft()
        of_user[user] += 1
        if waiting[user]:
            heapq.heappush(turns, (of_user[user], float(len(order)) + 1e18, waiting[user][0], user))
    return order
