"""Many schedules due at once, a person in their midst, and ticks over very many schedules.

`python -m tests.bench.schedules [COUNT]`
"""

import sys
import time
from datetime import datetime, timedelta

from sqlalchemy import text

from app.core import db
from app.core.clock import now
from app.schedules.fire import due_by, fire_due
from tests.bench.stage import Stage, interleaved, report, stage

COUNT = 500
MANY = 100_000
CLONES = text(
    """
    insert into schedules (org_id, query_id, created_by, created_at, time_zone, every_minutes, starts_at,
                           missed, given, next_due_at)
    select org_id, query_id, created_by, created_at, time_zone, every_minutes, starts_at, missed, given,
           now() + n * interval '1 second' + interval '1 day'
    from (select * from schedules order by id limit 1) one, generate_series(1, :many) n
    """
)
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
        ticks(ready, count)


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


def ticks(ready: Stage, count: int = COUNT) -> None:
    """After `schedules`: the same ones are due again among MANY, and this process ticks."""
    for name in ("scheduler", "worker"):
        ready.installation.stop(name)
    with db.autocommit() as connection:
        connection.execute(text("delete from refreshes"))  # their due times come once more
        connection.execute(text("update schedules set next_due_at = now() - interval '1 minute'"))
        connection.execute(CLONES, {"many": MANY})
        connection.execute(text("vacuum analyze schedules"))

    def find() -> None:
        with db.new_session() as session:
            session.scalars(due_by(now(), count)).all()

    def round_trip() -> None:
        with db.autocommit() as connection:
            connection.execute(text("select 1")).scalar()

    found, yardstick = interleaved(5, find, round_trip)
    begun = time.perf_counter()
    fired = fire_due()
    decided = time.perf_counter() - begun
    note = f"{count} of {MANY:,} schedules are due; a round trip takes {yardstick * 1000:.2f} ms; goal 200"
    report("schedules_tick_find", found * 1000, "ms", note)
    report(
        "schedules_tick_decide", decided * 1000, "ms", f"the same, and {fired} rows of the ledger and runs"
    )


def _make(ready: Stage, number: int, due: datetime) -> None:
    asked = {"name": f"Due {number}", "datasource_id": ready.datasource_id, "sql": f"select {number}"}
    query = ready.call("POST", "/v1/queries", asked)
    rule = {"kind": "interval", "minutes": 60, "time_zone": "UTC", "starts_at": due.isoformat()}
    ready.call("POST", "/v1/schedules", {"query_id": query["id"], **rule})


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
