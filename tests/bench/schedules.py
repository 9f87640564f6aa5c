"""Many schedules due at once, and a person in their midst. `python -m tests.bench.schedules [COUNT]`"""

import sys
import time
from datetime import datetime, timedelta

from sqlalchemy import text

from app.core import db
from app.core.clock import now
from tests.bench.stage import Stage, report, stage

COUNT = 500
UNSTARTED = text("select :count - count(started_at) from runs where trigger = 'schedule'")
TOGETHER = text("update schedules set starts_at = :due, next_due_at = :due")
LATE = text(
    """
    select extract(epoch from max(started_at - due_at)), extract(epoch from min(started_at - due_at))
    from refreshes join runs on runs.id = run_id
    """
)


def main(count: int = COUNT) -> None:
    with stage() as ready:
        schedules(ready, count)


def schedules(ready: Stage, count: int = COUNT) -> None:
    for number in range(count):
        _make(ready, number, now() + timedelta(days=1))
    due = now() + timedelta(seconds=5)
    with db.autocommit() as connection:
        connection.execute(TOGETHER, {"due": due})
    ready.run("select 1")
    if "scheduler" not in ready.installation.processes:
        ready.installation.start("scheduler")
    waits = []
    with db.autocommit() as connection:
        while connection.execute(UNSTARTED, {"count": count}).scalar():
            time.sleep(0.3)
            if now() > due:
                begun = time.perf_counter()
                ready.run("select 1")
                waits.append(time.perf_counter() - begun)
        last, first = connection.execute(LATE).one()
    report("schedules_last_late", float(last), "s", f"{count} due together, until the last starts; goal 10")
    report("schedules_first_late", float(first), "s")
    report("schedules_person", max(waits, default=0) * 1000, "ms", "slowest `select 1` among them; goal 1000")


def _make(ready: Stage, number: int, due: datetime) -> None:
    asked = {"name": f"Due {number}", "datasource_id": ready.datasource_id, "sql": f"select {number}"}
    query = ready.call("POST", "/v1/queries", asked)
    rule = {"kind": "interval", "minutes": 60, "time_zone": "UTC", "starts_at": due.isoformat()}
    ready.call("POST", "/v1/schedules", {"query_id": query["id"], **rule})


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
