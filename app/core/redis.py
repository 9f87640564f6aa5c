"""The process's connection to Redis, which holds only what can be lost."""

from typing import Any

import redis

_client: "redis.Redis | None" = None


def connect(url: str) -> "redis.Redis":
    """Use this Redis from now on. Short time-outs: a request must not hang on a dead Redis.

    Heroku's `rediss://` certificates are self-signed, so they are not verified.
    """
    global _client
    _client = redis.Redis.from_url(
        url, socket_connect_timeout=2, socket_timeout=5, health_check_interval=30, **_tls(url)
    )
    return _client


def connect_blocking(url: str) -> "redis.Redis":
    """A connection of its own for a worker, whose wait for a job is longer than any time-out."""
    keepalive = {} if url.startswith("unix://") else {"socket_keepalive": True}
    return redis.Redis.from_url(url, socket_connect_timeout=5, **keepalive, **_tls(url))


def _tls(url: str) -> dict[str, Any]:
    return {"ssl_cert_reqs": None} if url.startswith("rediss://") else {}


def client() -> "redis.Redis":
    """The client in use. Raises RuntimeError before `connect`."""
    if _client is None:
        raise RuntimeError("core.redis.connect was not called")
    return _client
