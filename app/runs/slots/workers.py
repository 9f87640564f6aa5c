"""How much can run at once: each worker announces its capacity in Redis and repeats it while it lives.

What the installation can do is the sum. It changes while the system runs, by starting and stopping workers.
"""

from app.core.redis import client
from app.runs.slots.script import ANNOUNCE, WORKERS

ANNOUNCED_MS = 10_000


def announce(name: str, capacity: int) -> bool:
    """This worker can do so many runs at once, until ANNOUNCED_MS from now; True when that is news.

    `name` holds no "=". Raises redis.RedisError.
    """
    return bool(client().eval(ANNOUNCE, 1, WORKERS, f"{name}={capacity}", str(ANNOUNCED_MS)))


def leave(name: str, capacity: int) -> None:
    """This worker takes no further run. Raises redis.RedisError."""
    client().zrem(WORKERS, f"{name}={capacity}")
