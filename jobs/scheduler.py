"""The scheduler process: rq-scheduler's loop and lock.

Nothing is registered in Redis, so a flush or a second scheduler changes nothing but lateness. It only ticks:
what is due is found by a worker, so this process needs no database and little memory.
"""

# ruff: noqa: E402 - what must stay out of the process is said before it could come in
import logging
import sys
import time

from app.core.lean import keep_out_the_heavy

keep_out_the_heavy()

import redis as redis_errors
from rq_scheduler import Scheduler

from app.core import logging as lines
from app.core import redis
from app.core.queue import HOUSEKEEPING, SWEEPS, enqueue
from app.core.settings import SettingsError, load_settings

log = logging.getLogger("jobs.scheduler")

TICK_S = 1
OFTEN = 3  # ticks
SOMETIMES = 10
SELDOM = 60  # ticks: each minute
RETRY_S = 2


class Ticker(Scheduler):  # type: ignore[misc]
    """Each tick hands the periodic jobs to the workers."""

    _ticks = 0

    def enqueue_jobs(self) -> list[object]:
        if self._ticks % SELDOM == 0:
            enqueue("jobs.results.expire", queue=HOUSEKEEPING)
            enqueue("jobs.facts.repair", queue=HOUSEKEEPING)
            enqueue("jobs.reports.forget", queue=HOUSEKEEPING)
            enqueue("jobs.telemetry.clean", queue=HOUSEKEEPING)
            enqueue("jobs.notices.clean", queue=HOUSEKEEPING)
            enqueue("jobs.notices.deliver", queue=HOUSEKEEPING)
            enqueue("jobs.operations.sample", queue=HOUSEKEEPING)
            enqueue("jobs.datasources.probe", queue=HOUSEKEEPING)
        if self._ticks % OFTEN == 0:
            enqueue("jobs.runs.sweep", queue=SWEEPS)
            enqueue("jobs.schedules.fire", queue=HOUSEKEEPING)
            enqueue("jobs.catalogs.refresh_all", queue=HOUSEKEEPING)
            enqueue("jobs.facts.backfill", queue=HOUSEKEEPING)
        if self._ticks % SOMETIMES == 0:
            enqueue("jobs.analytics.tick", queue=HOUSEKEEPING)
        enqueue("jobs.facts.project", queue=SWEEPS)
        self._ticks += 1
        return []


def main() -> None:
    try:
        settings = load_settings()
    except SettingsError as error:
        sys.exit(f"plumb scheduler: {error}")
    lines.configure(settings.log_level)
    redis.connect(settings.redis_url)
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
