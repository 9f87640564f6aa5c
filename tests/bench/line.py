"""A slot changes hands while very many runs wait for very many datasources. `python -m tests.bench.line`

What it costs stands in the simulation (`simulate.py`): whoever ends a run hands its slot on.
"""

import statistics
import time
from collections.abc import Callable

from sqlalchemy import text

from app.core import db
from app.runs.slots.leases import give_back, look
from app.runs.slots.line import first_in_line
from app.runs.slots.promote import promote
from app.runs.slots.workers import announce
from tests.bench.stage import Stage, report, stage

SLOTS = 200
DATASOURCES, RUNS = 1_000, 100_000
MORE = text(
    """
    insert into datasources (org_id, kind, name, sealed_connection, created_at, changed_at)
    select org_id, kind, 'Copy ' || n, sealed_connection, created_at, changed_at
    from (select * from datasources order by id limit 1) one, generate_series(:there + 1, :datasources) n
    """
)
WAITING = text(
    """
    insert into runs (org_id, datasource_id, requested_by, trigger, state, sql, timeout_s, max_rows,
                      max_bytes, queued_at, attempt)
    select org_id, datasources.id, (select min(id) from users), 'schedule', 'queued', 'select 1', 60, 1000,
           1000, now(), 1
    from datasources, generate_series(1, :each) n
    """
)


def main() -> None:
    with stage() as ready:
        line(ready)


def line(ready: Stage) -> None:
    for name in ("worker", "scheduler"):
        ready.installation.stop(name)
    time.sleep(1)
    announce("bench", SLOTS)
    for datasources in (1, 100, DATASOURCES):
        with db.autocommit() as connection:
            connection.execute(text("delete from runs"))
            connection.execute(MORE, {"there": _count(), "datasources": datasources})
            connection.execute(WAITING, {"each": RUNS // datasources})
            connection.execute(text("vacuum analyze runs"))
        announce("bench", SLOTS)
        promote(thorough=True)
        report(
            f"line_{datasources}", _hand_on(), "ms", f"one slot handed on, {RUNS:,} wait for {datasources}"
        )
    report("line_found", _timed(lambda: first_in_line(())), "ms", "of that, Postgres")


def _hand_on() -> float:
    """Median of some, in ms."""

    def once() -> None:
        room = look()
        assert room and room.held
        promote(give_back(room.held[0]))
        announce("bench", SLOTS)

    return _timed(once)


def _timed(work: Callable[[], object]) -> float:
    took = []
    for _ in range(15):
        begun = time.perf_counter()
        work()
        took.append(time.perf_counter() - begun)
    return statistics.median(took) * 1000


def _count() -> int:
    with db.autocommit() as connection:
        return int(connection.scalar(text("select count(*) from datasources")) or 0)


if __name__ == "__main__":
    main()
