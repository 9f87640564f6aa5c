"""The workers that are there: each says so every second, in one hash in Redis, until it goes.

plumb:workers         hash: name -> what it says of itself, as JSON
plumb:workers:wishes  hash: name -> `drain` or `resume`; a worker remembers what it last heard
"""

import json
import os
import socket
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib.metadata import version

from app.core.clock import now
from app.core.redis import client

BEATS, WISHES = "plumb:workers", "plumb:workers:wishes"
Wish = Callable[[str], bool]
SILENT_AFTER = timedelta(seconds=10)
GONE_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Beat:
    """A worker process and its children's numbers; times in seconds since 1970."""

    name: str
    host: str
    version: str
    started_at: float
    beat_at: float
    capacity: int
    children: Sequence[int]
    draining: bool = False

    @property
    def last(self) -> datetime:
        return datetime.fromtimestamp(self.beat_at, UTC)

    @property
    def since(self) -> datetime:
        return datetime.fromtimestamp(self.started_at, UTC)

    @property
    def silent(self) -> bool:
        return now() - self.last > SILENT_AFTER

    @property
    def state(self) -> str:
        """`running`, `draining`, `drained` or `silent`."""
        if self.silent:
            return "silent"
        if self.draining:
            return "draining" if self.children else "drained"
        return "running"


@lru_cache
def own_version() -> str:
    return version("plumbline")


def beat(name: str, started_at: float, capacity: int, children: Sequence[int], *, draining: bool) -> bool:
    """Say that this worker is there; returns whether it shall take nothing new from now on.

    Raises redis.RedisError.
    """
    said = Beat(
        name, socket.gethostname(), own_version(), started_at, now().timestamp(), capacity, children, draining
    )
    with client().pipeline(transaction=False) as together:
        together.hset(BEATS, name, json.dumps(asdict(said)))
        together.hget(WISHES, name)
        wish = together.execute()[1]
    return draining if wish is None else wish == b"drain"


def gone(name: str) -> None:
    """This worker ends. Raises redis.RedisError."""
    client().hdel(BEATS, name)
    client().hdel(WISHES, name)


def workers() -> list[Beat]:
    """By host and number. Raises redis.RedisError."""
    found: dict[bytes, bytes] = client().hgetall(BEATS)  # type: ignore[assignment]
    return sorted((Beat(**json.loads(said)) for said in found.values()), key=lambda each: each.name)


def drain(name: str) -> bool:
    """Ask a worker to finish what it runs and to take nothing new; False when there is none of that name."""
    if not client().hexists(BEATS, name):
        return False
    client().hset(WISHES, name, "drain")
    return True


def resume(name: str) -> bool:
    """Let a worker take work again; False when there is none of that name."""
    if not client().hexists(BEATS, name):
        return False
    client().hset(WISHES, name, "resume")
    return True


def beats_here() -> bool:
    """Whether a worker of this machine is there. Raises redis.RedisError."""
    host = socket.gethostname()
    return any(each.host == host and not each.silent for each in workers())


def own_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"
