"""The scheduler process: rq-scheduler's loop and lock, ticking over what Postgres says is due.

Nothing is registered in Redis, so a flush or a second scheduler changes nothing but lateness.
"""

import logging
import sys
import time

import redis as redis_errors
from rq_scheduler import Scheduler

from app.core import redis, runtime
from app.core.queue import HOUSEKEEPING, enqueue
from app.core.settings import SettingsError, load_settings

log = logging.getLogger("jobs.scheduler")

TICK_S = 5
RETRY_S = 2


class Ticker(Scheduler):  # type: ignore[misc]
    """Each tick hands the periodic jobs to the workers."""

    def enqueue_jobs(self) -> list[object]:
        enqueue("jobs.runs.sweep", queue=HOUSEKEEPING)
        return []


def main() -> None:
    try:
        settings = load_settings()
    except SettingsError as error:
        sys.exit(f"plumb scheduler: {error}")
    runtime.configure(settings, pool_size=2)
    logging.getLogger("rq_scheduler").setLevel(logging.WARNING)
    log.info("scheduler starts", extra={"tick_s": TICK_S})
    while True:
        try:
            Ticker(connection=redis.client(), interval=TICK_S).run()
        except redis_errors.RedisError as error:
            log.warning("redis unavailable", extra={"error": str(error), "retry_s": RETRY_S})
            time.sleep(RETRY_S)


if __name__ == "__main__":
    main()
