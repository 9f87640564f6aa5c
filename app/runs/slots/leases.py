"""Who holds a slot: leases in Redis, each renewed while its run runs and ending with its holder.

While Redis is away every call answers None: nobody gets a slot, and what runs goes on. A call that failed
is not repeated for a moment, so that a request waits for a dead Redis once and not again and again.
"""

import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import redis

from app.core.redis import client
from app.runs.slots.script import CLOSE, KEYS, LINE, SCRIPT, SERVED

log = logging.getLogger(__name__)

LEASE_S = 15.0  # five beats
AWAY_S = 2.0

_away_until = 0.0


@dataclass(frozen=True, slots=True)
class Slot:
    """The slot that a run holds, or would like to hold."""

    run_id: int
    datasource_id: int
    user_id: int

    def __str__(self) -> str:
        return f"{self.run_id}:{self.datasource_id}:{self.user_id}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A run that waits, the cap of its datasource, and whether it stands behind the people."""

    slot: Slot
    cap: int
    behind: bool = False


@dataclass(frozen=True, slots=True)
class Room:
    """How things stood once the call was done.

    `capacity` is what all workers can run at once. `line` is 0 when nobody was refused since the line was
    last empty. `known` is False after Redis lost its memory, until `grant` told it what runs: before that it
    grants nothing. `room`: a slot was free, but somebody in the line may have the better right to it.
    """

    granted: tuple[Slot, ...]
    held: tuple[Slot, ...]
    capacity: int
    line: int
    known: bool
    room: bool

    @property
    def is_settled(self) -> bool:
        """Nobody waits, as far as Redis can tell."""
        return self.known and self.line == 0


def take(wanted: Wanted) -> Room | None:
    """A slot for a run that has just been asked for, unless none is free or others wait."""
    return _call({"wanted": [_row(wanted)], "newcomer": True})


def grant(wanted: Iterable[Wanted], running: Sequence[Slot] | None = None) -> Room | None:
    """Free slots to those who waited, the fairest choice first (see line.py).

    `running` are all slots in use according to Postgres: give them when Redis did not know.
    """
    told = {} if running is None else {"renew": [str(slot) for slot in running], "told": True}
    return _call({"wanted": [_row(each) for each in wanted], **told})


def give_back(*slots: Slot) -> Room | None:
    """Free these slots. To free one that is not held changes nothing."""
    return _call({"free": [str(slot) for slot in slots]})


def renew(*slots: Slot) -> Room | None:
    """Hold on to these slots for another LEASE_S, or take them again if Redis forgot them."""
    return _call({"renew": [str(slot) for slot in slots]})


def look() -> Room | None:
    return _call({})


def close_line(seen: int) -> None:
    """Nobody waits any more, unless the line grew since `seen`."""
    _tried(lambda: client().eval(CLOSE, 1, LINE, str(seen)))


def last_served(user_ids: Iterable[int]) -> Mapping[int, float]:
    """When each user last got a slot, in an order that can be compared; those never served are left out."""
    wanted = list(user_ids)
    scores = _tried(lambda: client().zmscore(SERVED, [str(each) for each in wanted])) if wanted else None
    return {user: score for user, score in zip(wanted, scores or (), strict=False) if score is not None}


def _row(wanted: Wanted) -> list[str | int]:
    slot = wanted.slot
    return [str(slot.run_id), str(slot.datasource_id), str(slot.user_id), wanted.cap, int(wanted.behind)]


def _call(ask: dict[str, Any]) -> Room | None:
    asked = orjson.dumps({"ttl_ms": int(LEASE_S * 1000), **ask})
    answer = _tried(lambda: client().register_script(SCRIPT)(keys=KEYS, args=[asked]))
    if answer is None:
        return None
    found = orjson.loads(answer)
    return Room(
        granted=tuple(map(_slot, found["granted"])),
        held=tuple(map(_slot, found["held"])),
        capacity=found["capacity"],
        line=found["line"],
        known=found["known"],
        room=found["room"],
    )


def _tried(call: Any) -> Any:
    global _away_until
    if time.monotonic() < _away_until:
        return None
    try:
        return call()
    except (redis.RedisError, OSError) as error:
        _away_until = time.monotonic() + AWAY_S
        log.warning("slots unavailable", extra={"error": str(error)})
        return None


def _slot(member: str) -> Slot:
    run_id, datasource_id, user_id = member.split(":")
    return Slot(int(run_id), int(datasource_id), int(user_id))
