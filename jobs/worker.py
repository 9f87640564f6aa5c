"""The worker process: imports everything once, then forks a few children with one job at a time each.

RQ's pool starts a new child when one dies. A child does not fork again for each job: that keeps a tiny run
tiny and its connections warm; a crash costs the one run that it was at, which the sweeper settles.
"""

# ruff: noqa: E402 - what must stay out of the process is said before it could come in
import gc
import logging
import os
import sys
from collections.abc import Sequence
from multiprocessing.process import BaseProcess
from typing import Any

from rq import Queue, SimpleWorker
from rq.worker_pool import ForkProcess, WorkerPool

from app.core.lean import keep_out_the_heavy

keep_out_the_heavy()

import jobs.runs  # noqa: F401
from app.core import redis, runtime
from app.core.queue import HOUSEKEEPING, RUNS
from app.core.settings import SettingsError, load_settings
from app.datasources.connectors.postgres.decode import DECODER
from jobs.parent import die_with_parent

log = logging.getLogger("jobs.worker")


class Child(SimpleWorker):
    """One job at a time, in this process. What a job did is in Postgres, so RQ's own notes are kept short."""

    log_result_lifespan = False
    log_job_description = False


class Pool(WorkerPool):
    """RQ's pool, with children that use this process's settings and die with it."""

    def get_worker_process(self, name: str, burst: bool, *_: Any, **__: Any) -> BaseProcess:
        return ForkProcess(target=_child, args=(name, list(self._queue_names), burst, os.getpid()))


def _child(name: str, queues: Sequence[str], burst: bool, parent: int) -> None:
    die_with_parent(parent)
    sys.setswitchinterval(0.0005)
    settings = load_settings()
    runtime.configure(settings, pool_size=3, durable=False)
    connection = redis.connect_blocking(settings.redis_url)
    worker = Child([Queue(q, connection=connection) for q in queues], name=name, connection=connection)
    worker.work(burst=burst, with_scheduler=False, logging_level="WARNING")


def main() -> None:
    try:
        settings = load_settings()
    except SettingsError as error:
        sys.exit(f"plumb worker: {error}")
    runtime.configure(settings)
    logging.getLogger("rq").setLevel(logging.WARNING)
    log.info("worker starts", extra={"children": settings.worker_concurrency, "decoder": DECODER})
    connection = redis.connect_blocking(settings.redis_url)
    gc.collect()
    gc.freeze()  # what a collector does not touch, the children share
    Pool([RUNS, HOUSEKEEPING], connection=connection, num_workers=settings.worker_concurrency).start()


if __name__ == "__main__":
    main()
