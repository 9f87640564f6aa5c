"""Handing work to RQ. A job is a hint: what must happen stands in Postgres, where a sweeper finds it.

Enqueue by `db.after_commit`, so that no job sees a row that is not there.
"""

import logging
import re

import redis
from rq import Queue

from app.core.redis import client

log = logging.getLogger(__name__)

RUNS = "runs"
SWEEPS = "sweeps"
HOUSEKEEPING = "housekeeping"


def enqueue(job: str, *args: object, queue: str = RUNS) -> bool:
    """Enqueue the function named `job`, such as `jobs.runs.execute_run`, with these arguments.

    False, with a log line, when Redis does not answer.
    """
    kept = {"job_timeout": -1, "result_ttl": 0, "failure_ttl": 0, "ttl": 86_400}
    try:
        with client().pipeline(transaction=False) as together:  # one round trip; RQ pushes last
            name = job_id(job, *args)
            Queue(queue, connection=client()).enqueue(job, *args, job_id=name, pipeline=together, **kept)
            together.execute()
    except (redis.RedisError, OSError) as error:
        log.warning("queue unavailable", extra={"job": job, "job_args": list(args), "error": str(error)})
        return False
    return True


def is_queued(job: str, *args: object, queue: str = RUNS) -> bool:
    """Whether a worker will take it; also True when Redis does not answer."""
    try:
        return client().lpos(Queue(queue, connection=client()).key, job_id(job, *args)) is not None
    except (redis.RedisError, OSError):
        return True


def waiting(queue: str) -> int:
    """How many jobs wait in this queue. Raises redis.RedisError."""
    return int(client().llen(Queue(queue, connection=client()).key))  # type: ignore[arg-type]


def job_id(job: str, *args: object) -> str:
    return re.sub(r"[^\w-]", "_", "-".join([job, *map(str, args)]), flags=re.ASCII)
