"""The process's connection to Redis, which holds only what can be lost."""

from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

_client: "redis.Redis | None" = None


def connect(url: str) -> "redis.Redis":
    """Use this Redis from now on."""
    global _client
    _client = redis.Redis.from_url(url, health_check_interval=30, **options(url))
    return _client


def options(url: str) -> dict[str, Any]:
    """How a request speaks to Redis: it must not hang on a dead one.

    A connection that went stale is opened again at once; what does not answer is not waited for twice.
    """
    again = Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,))
    return {"socket_connect_timeout": 1, "socket_timeout": 2, "retry": again, **_tls(url)}


def connect_blocking(url: str) -> "redis.Redis":
    """A connection of its own for a worker, whose wait for a job is longer than any time-out."""
    keepalive = {} if url.startswith("unix://") else {"socket_keepalive": True}
    return redis.Redis.from_url(url, socket_connect_timeout=5, **keepalive, **_tls(url))


def _tls(url: str) -> dict[str, Any]:
    """Heroku's `rediss://` certificates are self-signed, so they are not verified."""
    return {"ssl_cert_reqs": None} if url.startswith("rediss://") else {}


def client() -> "redis.Redis":
    """The client in use. Raises RuntimeError before `connect`."""
    if _client is None:
        raise RuntimeError("core.redis.connect was not called")
    return _client
