"""Schedulers die, come in pairs and lose Redis: every due time leaves one row, and starts one run."""

from datetime import timedelta

from sqlalchemy import select, update

from app.core import db
from app.core.clock import now
from app.core.redis import client
from app.runs.models import Run
from app.schedules.change import create_schedule
from app.schedules.forms import ScheduleBody
from app.schedules.models import Refresh, Schedule
from tests.faults.site import Site, kill, until
from tests.makers import make_query

SCHEDULES = 20


def test_neither_killed_or_doubled_schedulers_nor_a_killed_or_flushed_redis_lose_or_double_a_due_time(
    grounds: Site,
) -> None:
    """One scheduler is killed before the due time, Redis at it, and flushed while the runs wait in it."""
    made = [_schedule(grounds, number, now() + timedelta(days=1)) for number in range(SCHEDULES)]
    with grounds.running("worker", "scheduler", "second scheduler") as processes:
        kill(processes.processes["scheduler"].pid)
        client().flushall()
        due = now() + timedelta(seconds=3)
        with db.transaction() as session:
            session.execute(update(Schedule).values(starts_at=due, next_due_at=due))
        until(lambda: now() > due)
        kill(grounds.store.pid)
        grounds.store.stop()
        grounds.store.start()
        until(lambda: bool(_ledger(made)))
        client().flushall()
        until(lambda: len(_ledger(made)) >= SCHEDULES)
        processes.start("scheduler")
        rows = _ledger(made)
        assert sorted(row.schedule_id for row in rows) == sorted(made)
        assert {(row.due_at, row.outcome) for row in rows} == {(due, "ran")}
        assert set(grounds.settled([row.run_id or 0 for row in rows])) == {"succeeded"}
        with db.new_session() as session:
            found = session.scalars(select(Run.id).where(Run.trigger == "schedule")).all()
        assert sorted(found) == sorted(row.run_id or 0 for row in rows)


def _schedule(site: Site, number: int, due: object) -> int:
    query = make_query(site.alice, site.source, f"select {number}")
    body = {"kind": "interval", "minutes": 60, "time_zone": "UTC", "starts_at": due}
    with db.transaction() as session:
        return create_schedule(session, site.alice, query.id, ScheduleBody.model_validate(body)).id


def _ledger(schedules: list[int]) -> list[Refresh]:
    with db.new_session() as session:
        return list(session.scalars(select(Refresh).where(Refresh.schedule_id.in_(schedules))))
