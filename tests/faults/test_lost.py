"""Whatever dies, a run ends in one final state, and the next one goes through."""

import os
import signal
import time
from collections.abc import Callable

import psycopg
from flask import Flask

from app.accounts.allow import Actor
from app.core import redis
from app.datasources.models import Datasource
from tests.live import Installation
from tests.makers import read_run, start

PATIENCE_S = 60


def test_a_killed_worker_costs_one_run_and_that_one_says_so(
    alice: Actor, source: Datasource, source_url: str, workers: Installation
) -> None:
    doomed = start(alice, source, "select pg_sleep(300)")
    _until(lambda: read_run(doomed).state == "running" and _active(source_url, doomed))
    os.kill(_process(doomed), signal.SIGKILL)
    _until(lambda: read_run(doomed).state != "running")
    run = read_run(doomed)
    assert (run.state, run.failure_reason, run.row_count) == ("lost", "worker_lost", None)
    assert run.failure_message
    _until(lambda: not _active(source_url, doomed))
    following = start(alice, source, "select 1")
    _until(lambda: read_run(following).state == "succeeded")


def test_what_redis_forgets_is_run_all_the_same(
    app: Flask, alice: Actor, source: Datasource, workers: Installation
) -> None:
    workers.stop("worker")
    waiting = [start(alice, source, f"select {n}") for n in range(5)]
    redis.client().flushall()
    workers.start("worker")
    _until(lambda: all(read_run(run_id).state == "succeeded" for run_id in waiting))


def test_a_stopped_worker_finishes_what_it_runs(
    alice: Actor, source: Datasource, source_url: str, workers: Installation
) -> None:
    run_id = start(alice, source, "select pg_sleep(2)")
    _until(lambda: read_run(run_id).state == "running")
    workers.stop("worker")
    assert read_run(run_id).state == "succeeded"


def _process(run_id: int) -> int:
    worker = read_run(run_id).worker
    assert worker
    return int(worker.split(":")[1])


def _active(source_url: str, run_id: int) -> bool:
    with psycopg.connect(source_url, autocommit=True) as other:
        return bool(
            other.execute(
                "select from pg_stat_activity where query like %s and state = 'active'",
                (f"/* plumbline run={run_id} %",),
            ).fetchall()
        )


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.1)
