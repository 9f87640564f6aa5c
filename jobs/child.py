"""The children of the worker: one job at a time; and how they go when they are asked to."""

import logging
import signal
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import redis
from rq import Queue, SimpleWorker, Worker
from rq.exceptions import StopRequested
from rq.job import Job
from rq.timeouts import HorseMonitorTimeoutException
from rq.worker import BaseWorker, WorkerStatus

from app.runs.hand_back import leave
from app.telemetry import write as telemetry

log = logging.getLogger("jobs.worker")

SAME_WISH_S = 1.0
BEAT_S = 20.0
FINISH = signal.SIGUSR1
RETRY_S = 1.0
TTL_S = 90  # a wait for the next job ends 15 s earlier, so that a Redis that vanished is noticed


class _Brief(BaseWorker):
    """What a job did is in Postgres. RQ's own account of it, which nobody reads, is left out.

    It takes fourteen round trips for each job, and at its end RQ forgets the job of the same name that was
    asked for meanwhile.
    """

    log_result_lifespan = False
    log_job_description = False
    max_connection_wait_time = 2.0  # seconds between two tries while Redis is away

    _beats_again_at = 0.0

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        """Often enough that RQ does not take us for dead, not four times a job."""
        if (moment := time.monotonic()) >= self._beats_again_at:
            self._beats_again_at = moment + BEAT_S
            super().heartbeat(timeout, pipeline)

    def set_state(self, state: str, pipeline: Any = None) -> None:
        self._state = state

    def check_for_suspension(self, burst: bool) -> None:
        """Nobody suspends RQ's workers: ours are drained (`jobs.worker`)."""

    def request_end(self, *_: object) -> None:
        """Asked to drain: finish what is at hand, however long it takes, and take nothing new."""
        self._stop_requested = True
        if self.get_state() != WorkerStatus.BUSY:
            raise StopRequested

    def perform_job(self, job: Job, queue: Queue) -> bool:
        self.connection.delete(job.key)
        try:
            job.func(*job.args, **job.kwargs)
        except Exception:
            log.exception("job failed", extra={"job": job.func_name, "job_args": list(job.args)})
            return False
        return True


class Child(_Brief, SimpleWorker):
    """Executes runs in this process, whose connections stay warm."""

    def __init__(self, queues: Sequence[Queue], *, grace_s: float, **named: Any) -> None:
        super().__init__(queues, worker_ttl=TTL_S, **named)
        self._grace_s = grace_s
        self._asked_at: float | None = None

    def execute_job(self, job: Job, queue: Queue) -> None:
        self._state = WorkerStatus.BUSY
        self.perform_job(job, queue)
        self._state = WorkerStatus.IDLE

    def request_stop(self, *_: object) -> None:
        """Asked to go: finish the run at hand, or hand it back once the grace has passed.

        A second signal hands it back now, unless it is the same wish by another way: the platform signals
        every process, and so does the pool. RQ would speak to Redis here, which may be away, and at a second
        signal drop the run.
        """
        moment = time.monotonic()
        if self._asked_at is None:
            self._asked_at = moment
            self._stop_requested = True
            if self.get_state() != WorkerStatus.BUSY:
                raise StopRequested
            _later(self._grace_s, leave)
        elif moment - self._asked_at > SAME_WISH_S:
            _later(0, leave)


class Housekeeper(_Brief, Worker):
    """Forks for each job, so that what a large one took is given back, and what none took stays shared."""

    def perform_job(self, job: Job, queue: Queue) -> bool:
        """In the fork, which ends right after it: what the job recorded is stored before."""
        try:
            return super().perform_job(job, queue)
        finally:
            telemetry.shutdown()

    def __init__(self, queues: Sequence[Queue], *, grace_s: float, **named: Any) -> None:
        super().__init__(queues, worker_ttl=TTL_S, **named)
        self._grace_s = grace_s

    def execute_job(self, job: Job, queue: Queue) -> None:
        self._state = WorkerStatus.BUSY
        self.fork_work_horse(job, queue)
        while not self._has_ended():
            self.heartbeat()
        self._horse_pid = 0
        self._state = WorkerStatus.IDLE

    def _has_ended(self) -> bool:
        """Waits for the fork, for half a minute at most."""
        try:
            with self.death_penalty_class(self.job_monitoring_interval, HorseMonitorTimeoutException):
                self.wait_for_horse()
        except HorseMonitorTimeoutException:
            return False
        return True

    def request_stop(self, *_: object) -> None:
        """Asked to go: finish the job at hand; asked again, or too late, leave it: each can be done again."""
        if self.get_state() != WorkerStatus.BUSY:
            raise StopRequested
        _later(0 if self._stop_requested else self._grace_s, self._leave_job)
        self._stop_requested = True

    def _leave_job(self) -> None:
        if self.horse_pid:
            self.kill_horse()


def _later(seconds: float, call: Callable[[], None]) -> None:
    """Not in the signal's handler, which may have interrupted whoever holds a lock."""
    timer = threading.Timer(seconds, call)
    timer.daemon = True
    timer.start()


def wait_for(connection: "redis.Redis") -> None:
    """Return when Redis answers. A child that ended instead would be started again and again."""
    while True:
        try:
            connection.ping()
            return
        except redis.RedisError as error:
            log.warning("redis unavailable", extra={"error": str(error)})
            time.sleep(RETRY_S)
