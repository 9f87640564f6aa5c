"""Many tiny runs at once through two children of one worker. `python -m tests.bench.burst`"""

import json
import statistics
import threading
import time
from http.client import HTTPConnection

from sqlalchemy import text

from app.core import db, redis
from app.core.queue import enqueue, job_id
from tests.bench.stage import Stage, report, stage

RUNS = 200
CALLERS = 8
ROUNDS = 5
UNSETTLED = text("select count(*) from runs where finished_at is null")


def main() -> None:
    with stage() as ready:
        burst(ready)


def burst(ready: Stage) -> None:
    _runs(ready)
    rates, yardsticks = [], []
    for _ in range(ROUNDS):
        yardsticks.append(RUNS / _no_ops())
        rates.append(RUNS / _runs(ready))
    rate, yardstick = statistics.median(rates), statistics.median(yardsticks)
    report("burst", rate, "runs/s", f"{RUNS} `select 1` posted at once until the last is settled; goal 80")
    report("burst_no_ops", yardstick, "jobs/s", "as many RQ jobs that do nothing, on the same worker")
    report("burst_ratio", rate / yardstick, "x no-ops")


def _runs(ready: Stage) -> float:
    """Seconds from the first POST until every run is settled."""
    begun = time.perf_counter()
    callers = [threading.Thread(target=_post, args=(ready, RUNS // CALLERS)) for _ in range(CALLERS)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    with db.autocommit() as connection:
        while connection.execute(UNSETTLED).scalar():
            time.sleep(0.01)
    return time.perf_counter() - begun


def _post(ready: Stage, count: int) -> None:
    connection = HTTPConnection("127.0.0.1", ready.installation.port, timeout=120)
    headers = {"Authorization": f"Bearer {ready.token}", "Content-Type": "application/json"}
    body = json.dumps({"datasource_id": ready.datasource_id, "sql": "select 1"})
    for _ in range(count):
        connection.request("POST", "/v1/runs", body, headers)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status != 202:
            raise RuntimeError(f"{answer.status} {content[:500]!r}")


def _no_ops() -> float:
    """Seconds of bare RQ for as many jobs, from the first to the last."""
    begun = time.perf_counter()
    for number in range(RUNS):
        enqueue("math.sqrt", number)
    names = [f"rq:job:{job_id('math.sqrt', number)}" for number in range(RUNS)]
    while redis.client().exists(*names):
        time.sleep(0.01)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
