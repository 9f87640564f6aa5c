"""The worker process: imports everything once, then forks a few children with one job at a time each.

RQ's pool starts a new child when one dies. A child does not fork again for each job: that keeps a tiny run
tiny and its connections warm; a crash costs the one run that it was at, which is settled as lost at once.

One child more keeps house and takes no runs, so that the sweeper comes also while all others are busy. That
one forks for each job.
"""

# ruff: noqa: E402 - what must stay out of the process is said before it could come in
import logging
import os
import signal
import socket
import sys
import time
from contextlib import suppress
from multiprocessing.process import BaseProcess
from typing import Any

from app.core.lean import keep_out_the_heavy, settle_before_fork

keep_out_the_heavy()

import redis as redis_errors
from rq import Queue
from rq.worker_pool import ForkProcess, WorkerData, WorkerPool

import jobs.analytics
import jobs.catalogs
import jobs.datasources
import jobs.facts
import jobs.notices
import jobs.operations
import jobs.reports
import jobs.runs
import jobs.schedules
import jobs.telemetry  # noqa: F401
from app.core import redis, runtime, tracing
from app.core.queue import HOUSEKEEPING, RUNS, SWEEPS, enqueue
from app.core.settings import Settings, SettingsError, load_settings
from app.datasources.connectors.postgres.decode import DECODER
from app.runs.hand_back import tell_the_others
from app.runs.slots.beats import beat, gone, own_name
from app.runs.slots.workers import announce, leave
from app.telemetry import write as telemetry
from jobs.child import FINISH, Child, Housekeeper, wait_for
from jobs.parent import die_with_parent

log = logging.getLogger("jobs.worker")

STOPS = (signal.SIGTERM, signal.SIGINT)


class Pool(WorkerPool):
    """RQ's pool, with children that use this process's settings and die with it."""

    _housekeeper: BaseProcess | None = None
    _draining = False
    _began = time.time()

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._told: set[int] = set()

    def get_worker_process(self, name: str, burst: bool, *_: Any, **__: Any) -> BaseProcess:
        keeps_house = self._housekeeper is None or not self._housekeeper.is_alive()
        child = _keep_house if keeps_house else _execute_runs
        process = ForkProcess(target=child, args=(name, burst, os.getpid()))
        if keeps_house:
            self._housekeeper = process
        return process

    def start_workers(self, *args: Any, **named: Any) -> None:
        """RQ listens for the wish to go once they are started: until then it would end this process alone."""
        self._install_signal_handlers()  # type: ignore[no-untyped-call]
        super().start_workers(*args, **named)

    def start_worker(self, *args: Any, **named: Any) -> None:
        """None any more once we are asked to stop; and no signal comes while one is being started.

        A new child still has this process's handlers, which would take the wish to go for its parent's.
        """
        before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
        try:
            if self.status != self.Status.STOPPED:
                super().start_worker(*args, **named)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def check_workers(self, respawn: bool = True) -> None:
        """Called each second: RQ replaces dead children, and we say how many runs this worker can do."""
        super().check_workers(respawn and not self._draining)
        try:
            self._heed(
                beat(self._announced, self._began, self._capacity, self._children, draining=self._draining)
            )
            if not self._draining and announce(self._announced, self._capacity):
                enqueue("jobs.runs.sweep", queue=SWEEPS)  # somebody may have waited for a worker
        except redis_errors.RedisError as error:
            log.warning("redis unavailable", extra={"error": str(error)})

    def _heed(self, shall_drain: bool) -> None:
        """Begin to drain: children end after what they are at, and none is started. Or end draining."""
        if shall_drain and not self._draining:
            leave(self._announced, self._capacity)
            for pid in self._children:
                with suppress(ProcessLookupError):
                    os.kill(pid, FINISH)
        self._draining = shall_drain

    def handle_dead_worker(self, worker_data: WorkerData) -> None:
        """Called once for each child that ended: whoever has a connection to Postgres settles its run.

        This process has none, which its children would inherit.
        """
        super().handle_dead_worker(worker_data)
        code = worker_data.process.exitcode
        enqueue("jobs.runs.settle_of_dead", socket.gethostname(), worker_data.pid, code, queue=SWEEPS)

    def stop_worker(self, worker_data: WorkerData, *args: Any, **named: Any) -> None:
        self._told.add(worker_data.pid)
        super().stop_worker(worker_data, *args, **named)

    def all_workers_have_stopped(self) -> bool:
        """Called each second once we are asked to stop: what runs is finished, nothing new is wanted."""
        with suppress(redis_errors.RedisError):
            leave(self._announced, self._capacity)
        for child in list(self.worker_dict.values()):
            if child.pid not in self._told:  # it was being started when the wish came
                self.stop_worker(child)
        ended = bool(super().all_workers_have_stopped())
        if ended:
            with suppress(redis_errors.RedisError):
                gone(self._announced)
                enqueue("jobs.operations.note_worker", "stopped", self._announced, queue=HOUSEKEEPING)
        return ended

    @property
    def _children(self) -> list[int]:
        return [each.pid for each in self.worker_dict.values()]

    @property
    def _announced(self) -> str:
        return own_name()

    @property
    def _capacity(self) -> int:
        return self.num_workers - 1


def _execute_runs(name: str, burst: bool, parent: int) -> None:
    settings, connection = _begin(parent)
    sys.setswitchinterval(0.0005)
    queues = [Queue(q, connection=connection) for q in (SWEEPS, RUNS)]
    worker = Child(queues, name=name, connection=connection, grace_s=settings.shutdown_grace_s)
    signal.signal(FINISH, worker.request_end)
    worker.work(burst=burst, with_scheduler=False, logging_level="WARNING")
    tell_the_others()
    telemetry.shutdown()
    tracing.flush()


def _keep_house(name: str, burst: bool, parent: int) -> None:
    settings, connection = _begin(parent)
    queues = [Queue(q, connection=connection) for q in (SWEEPS, HOUSEKEEPING)]
    worker = Housekeeper(queues, name=name, connection=connection, grace_s=settings.shutdown_grace_s)
    signal.signal(FINISH, worker.request_end)
    worker.work(burst=burst, with_scheduler=False, logging_level="WARNING")


def _begin(parent: int) -> "tuple[Settings, redis_errors.Redis]":
    """Of a child: connections are opened when they are needed, Redis' own at once."""
    for number in STOPS:
        signal.signal(number, signal.SIG_DFL)  # the pool's own are inherited, and end nobody
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
    die_with_parent(parent)
    settings = load_settings()
    runtime.configure(settings, pool_size=3, durable=False)
    connection = redis.connect_blocking(settings.redis_url)
    wait_for(connection)
    return settings, connection


def main() -> None:
    try:
        settings = load_settings()
    except SettingsError as error:
        sys.exit(f"plumb worker: {error}")
    runtime.configure(settings)
    logging.getLogger("rq").setLevel(logging.WARNING)
    log.info("worker starts", extra={"children": settings.worker_concurrency, "decoder": DECODER})
    connection = redis.connect_blocking(settings.redis_url)
    enqueue("jobs.operations.note_worker", "started", own_name(), queue=HOUSEKEEPING)
    settle_before_fork()
    children = settings.worker_concurrency + 1
    Pool([SWEEPS, RUNS, HOUSEKEEPING], connection=connection, num_workers=children).start()


if __name__ == "__main__":
    main()
