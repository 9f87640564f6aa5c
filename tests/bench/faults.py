"""How soon a dead worker and a cancel are over. `python -m tests.bench.faults`"""

import os
import signal
import statistics
import time
from collections.abc import Callable

import psutil
import psycopg

from tests.bench.stage import Stage, report, stage
from tests.makers import read_run

KILLS = 3
CANCELS = 50
SLEEPING = "select pg_sleep(300)"
STREAMING = "select generate_series(1, 2000000000), repeat('x', 100)"
OF_RUN = "select from pg_stat_activity where state <> 'idle' and query like %s"


def main() -> None:
    with stage() as ready, psycopg.connect(ready.source_url, autocommit=True) as watch:
        cancels(ready, watch)
        kills(ready, watch)


def cancels(ready: Stage, watch: psycopg.Connection) -> None:
    thinking, streaming = (
        [_cancelled(ready, watch, sql) for _ in range(CANCELS // 2)] for sql in (SLEEPING, STREAMING)
    )
    every = thinking + streaming
    report("cancel_to_gone_median", statistics.median(every) * 1000, "ms", f"of {CANCELS}; goal 100")
    report("cancel_to_gone_worst", max(every) * 1000, "ms", "half of them streaming; goal 1000")
    report("cancel_streaming_median", statistics.median(streaming) * 1000, "ms", "while rows stream")
    nothing = [_seconds(lambda: ready.call("GET", "/healthz")) for _ in range(CANCELS)]
    report("cancel_beside_healthz", statistics.median(nothing) * 1000, "ms", "an empty request meanwhile")


def kills(ready: Stage, watch: psycopg.Connection) -> None:
    settled, gone = zip(*(_killed(ready, watch) for _ in range(KILLS)), strict=True)
    report("kill_to_lost_worst", max(settled), "s", f"kill -9 of the child, {KILLS} times; goal 15")
    report("kill_to_gone_worst", max(gone), "s", "until its query has left Postgres; goal 15")
    lost, left = _killed_whole(ready, watch)
    report("kill_all_to_lost", lost, "s", "kill -9 of the worker with all its children; goal 15")
    report("kill_all_to_gone", left, "s", "until its query has left Postgres; goal 15")


def _cancelled(ready: Stage, watch: psycopg.Connection, sql: str) -> float:
    """Seconds from asking to gone from pg_stat_activity."""
    run_id = _started(ready, watch, sql)
    begun = time.perf_counter()
    ready.call("POST", f"/v1/runs/{run_id}/cancellation", {})
    taken = _until(lambda: not _in_source(watch, run_id), begun)
    state = ready.call("GET", f"/v1/runs/{run_id}?wait_s=30")["state"]
    if state != "cancelled":
        raise RuntimeError(f"run {run_id} is {state}")
    return taken


def _killed(ready: Stage, watch: psycopg.Connection) -> tuple[float, float]:
    """Seconds from kill -9 to the state `lost`, and to gone from pg_stat_activity."""
    run_id = _started(ready, watch, SLEEPING)
    _, pid, _ = (read_run(run_id).worker or "").split(":")
    begun = time.perf_counter()
    os.kill(int(pid), signal.SIGKILL)
    gone = _until(lambda: not _in_source(watch, run_id), begun)
    return _until(lambda: read_run(run_id).state == "lost", begun), gone


def _killed_whole(ready: Stage, watch: psycopg.Connection) -> tuple[float, float]:
    """The same when nobody of the worker is left to say so, and a new one is started at once."""
    run_id = _started(ready, watch, SLEEPING)
    worker = psutil.Process(ready.installation.processes["worker"].pid)
    worker.suspend()  # so that no child hears of it
    begun = time.perf_counter()
    for process in (*worker.children(recursive=True), worker):
        process.kill()
    ready.installation.start("worker")
    gone = _until(lambda: not _in_source(watch, run_id), begun)
    return _until(lambda: read_run(run_id).state == "lost", begun), gone


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _started(ready: Stage, watch: psycopg.Connection, sql: str) -> int:
    asked = {"datasource_id": ready.datasource_id, "sql": sql, "max_rows": 10_000_000}
    run_id = int(ready.call("POST", "/v1/runs", asked)["id"])
    _until(lambda: _in_source(watch, run_id), time.perf_counter())
    return run_id


def _in_source(watch: psycopg.Connection, run_id: int) -> bool:
    return watch.execute(OF_RUN, (f"/* plumbline run={run_id} %",)).rowcount > 0


def _until(true: Callable[[], bool], begun: float) -> float:
    while not true():
        if time.perf_counter() - begun > 60:
            raise RuntimeError("it never happened")
        time.sleep(0.002)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
