"""Throughput at 1, 2 and 4 workers, and whether the model agrees. `python -m tests.bench.workers [RUNS]`

Each worker runs one run at a time. The work is `pg_sleep(0.05)` without a cap: only workers are short. It is
asked for while each worker is held at one run, so that asking takes nothing of the time that is measured.
"""

import os
import sys
import time
from contextlib import suppress
from unittest.mock import patch

import psutil
import psycopg
from sqlalchemy import text

from app.core import db
from tests.bench.memory import family
from tests.bench.simulate import Costs, Job, simulate
from tests.bench.stage import Stage, report, stage
from tests.live import procfile

RUNS = 200
SLEEP_S = 0.05
ROUNDS = 2  # the better one counts: something else of the machine may have had its turn
OPEN = text("update datasources set slots = 1000")
SPAN = text(
    "select count(*), extract(epoch from max(finished_at) - min(started_at)) from runs"
    " where id > :after and sql not like '%advisory%'"
)
RUNNING = text("select count(*) from runs where state = 'running'")
HELD = "select pg_advisory_xact_lock_shared(7)::text as held"
LAST = text("select coalesce(max(id), 0) from runs")
UNSETTLED = text("select count(*) from runs where finished_at is null")


def main(runs: int = RUNS) -> None:
    with patch.dict(os.environ, PLUMB_WORKER_CONCURRENCY="1"), stage() as ready:
        workers(ready, runs)


def workers(ready: Stage, runs: int = RUNS) -> None:
    with db.autocommit() as connection:
        connection.execute(OPEN)
    rates, costs = {}, None
    running = ["worker"]
    for count in (1, 2, 4):
        while len(running) < count:
            name = f"worker {len(running) + 1}"
            ready.installation._commands[name] = procfile()["worker"]
            ready.installation.start(name)
            running.append(name)
        _wait_for(ready, count)
        _measure(ready, 20, count)
        rates[count], cpu = max(_measure(ready, runs, count) for _ in range(ROUNDS))
        if costs is None:
            costs = Costs(1 / rates[1] - SLEEP_S - cpu, cpu, os.cpu_count() or 1)
        found = simulate([Job(0.0, 0, SLEEP_S) for _ in range(runs)], slots=count, caps=1000, costs=costs)
        report(f"workers_{count}", rates[count], "runs/s", "of 50 ms each")
        off = found.throughput / rates[count]
        report(
            f"workers_{count}_model",
            off,
            "x measured",
            f"says {found.throughput:.1f} runs/s; goal 0.8 to 1.2",
        )
    report("workers_4_of_1", rates[4] / rates[1], "x", "goal 3.6")


def _measure(ready: Stage, runs: int, workers: int) -> tuple[float, float]:
    """Runs a second from the first start to the last end, and processor seconds of ours a run."""
    with db.autocommit() as connection, psycopg.connect(ready.source_url, autocommit=True) as holder:
        after = connection.scalar(LAST)
        holder.execute("select pg_advisory_lock(7)")
        for _ in range(workers):
            _ask(ready, HELD)
        while connection.execute(RUNNING).scalar() != workers:
            time.sleep(0.05)
        for _ in range(runs):
            _ask(ready, f"select pg_sleep({SLEEP_S})")
        before = _cpu(ready)
        holder.execute("select pg_advisory_unlock(7)")
        while connection.execute(UNSETTLED).scalar():
            time.sleep(0.05)
        spent = _cpu(ready) - before
        count, took = connection.execute(SPAN, {"after": after}).one()
    return count / float(took), spent / runs


def _ask(ready: Stage, sql: str) -> None:
    ready.call("POST", "/v1/runs", {"datasource_id": ready.datasource_id, "sql": sql})


def _cpu(ready: Stage) -> float:
    """Of all worker processes, and of those that ended as their children."""
    spent = 0.0
    for pid in family(
        [p.pid for name, p in ready.installation.processes.items() if name.startswith("worker")]
    ):
        with suppress(psutil.NoSuchProcess):
            spent += sum(psutil.Process(pid).cpu_times()[:4])
    return spent


def _wait_for(ready: Stage, count: int) -> None:
    path = f"/v1/datasources/{ready.datasource_id}/slots"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if ready.call("GET", path)["workers"]["capacity"] == count:
            return
        time.sleep(0.2)
    raise RuntimeError(f"there are not {count} workers")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
