"""A job may come twice, and RQ may try it again: a run runs once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from rq import Queue, Retry, SimpleWorker
from sqlalchemy import text

from app.accounts.allow import Actor
from app.core import db, redis
from app.core.queue import RUNS
from app.datasources.models import Datasource
from app.runs.execute import execute_run
from tests.makers import read_run, start

COUNTED = text(
    """
    select (select count(*) from evidence_reports where run_id = :run_id) as reports,
           (select count(*) from result_chunks where run_id = :run_id) as chunks,
           (select count(*) from result_columns where run_id = :run_id) as columns
    """
)


def counted(run_id: int) -> tuple[int, int, int]:
    with db.new_session() as session:
        row = session.execute(COUNTED, {"run_id": run_id}).one()
    return row.reports, row.chunks, row.columns


def test_rq_tries_a_job_again_and_the_settled_run_stays_as_it_is(
    alice: Actor, source: Datasource, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []

    def tried(run_id: int) -> None:
        execute_run(run_id)
        tries.append(run_id)
        raise RuntimeError("after the run was settled")

    monkeypatch.setattr("jobs.runs.execute_run", tried)
    run_id = start(alice, source, "select 1 as one")
    queue = Queue(RUNS, connection=redis.client())
    queue.enqueue("jobs.runs.execute_run", run_id, retry=Retry(max=2))
    worker = SimpleWorker([queue], connection=redis.client())
    seen = []
    while worker.work(burst=True, max_jobs=1):
        seen.append(read_run(run_id))
    assert tries == [run_id] * 3
    assert {(run.state, run.worker, run.started_at, run.finished_at) for run in seen} == {
        ("succeeded", seen[0].worker, seen[0].started_at, seen[0].finished_at)
    }
    assert counted(run_id) == (1, 1, 1)


def test_four_workers_with_the_same_job_run_it_once(alice: Actor, source: Datasource) -> None:
    run_id = start(alice, source, "select pg_sleep(0.2)")
    with ThreadPoolExecutor(4) as workers:
        list(workers.map(execute_run, [run_id] * 4))
    assert read_run(run_id).state == "succeeded"
    assert counted(run_id) == (1, 1, 1)
