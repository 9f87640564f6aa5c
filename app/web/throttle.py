"""So many tries a minute at most, counted in Redis for all processes, or in this one while Redis is away."""

import logging
import re
import time
from functools import lru_cache

import redis as redis_errors
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage, RedisStorage, Storage
from limits.strategies import FixedWindowRateLimiter

from app.core import redis, runtime
from app.core.errors import TooMany

log = logging.getLogger(__name__)


def throttle(deed: str, **most: tuple[int, str]) -> None:
    """Count one try of `deed` for each name, such as `address=(30, "10.0.0.1")`: 30 a minute from there.

    Raises TooMany, with the seconds after which to try again.
    """
    for name, (count, whose) in most.items():
        limit, told = RateLimitItemPerMinute(count), (deed, name, whose)
        try:
            allowed, ends = _try(_shared(runtime.settings().redis_url), limit, told)
        except (redis_errors.RedisError, OSError) as error:
            log.warning("throttle counts alone", extra={"error": str(error)})
            allowed, ends = _try(_own(), limit, told)
        if not allowed:
            raise TooMany("Wait a minute, then try again.", retry_after_s=max(1, round(ends - time.time())))


def _try(storage: Storage, limit: RateLimitItem, told: tuple[str, ...]) -> tuple[bool, float]:
    limiter = FixedWindowRateLimiter(storage)
    return limiter.hit(limit, *told), limiter.get_window_stats(limit, *told).reset_time


@lru_cache(maxsize=1)
def _shared(redis_url: str) -> Storage:
    url = re.sub("^unix:", "redis+unix:", redis_url)
    return RedisStorage(url, key_prefix="plumb:throttle", **redis.options(redis_url))


@lru_cache(maxsize=1)
def _own() -> Storage:
    return MemoryStorage()  # made when needed: it keeps a thread
