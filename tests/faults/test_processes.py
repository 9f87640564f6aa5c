"""Whole processes die: parents with and without their children, the scheduler; there may be two of each."""

import os
import signal
import time
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import psycopg
from sqlalchemy import select, update

from app.analytics.events.read import Event, Read
from app.analytics.events.take import take_events
from app.analytics.models import AggregateWindow, MetricSnapshot, RecomputeRun
from app.analytics.recompute.ask import RecomputeBody, ask_recompute
from app.analytics.recompute.execute import execute_recompute
from app.analytics.sources.change import SourceBody, create_source
from app.analytics.sources.find import list_sources
from app.core import db
from app.core.clock import now
from app.core.redis import client
from app.local.processes import is_alive
from tests.faults.conftest import CHILDREN
from tests.faults.site import HELD, PATIENCE_S, Site, kill, process_of, until
from tests.makers import read_run

LONG = "select pg_sleep(300)"


def test_children_end_with_their_parent_and_hand_back_what_they_ran(grounds: Site) -> None:
    long = grounds.start(HELD)
    with grounds.holding() as release, grounds.running("worker", "scheduler") as processes:
        grounds.wait_until_in_source(long)
        child = process_of(long)
        kill(processes.processes["worker"].pid)
        until(lambda: not is_alive(child))
        until(lambda: not grounds.invariants.in_source())
        release()
        processes.start("other")
        assert grounds.settled([long]) == ["succeeded"]
        assert read_run(long).attempt == 2
        grounds.whole()


def test_a_child_that_dies_costs_its_run_at_once(grounds: Site) -> None:
    doomed = [grounds.start(LONG) for _ in range(3)]
    with grounds.running("worker"):  # no scheduler: nobody sweeps
        for run_id in doomed:
            grounds.wait_until_in_source(run_id)
        for run_id in doomed:
            kill(process_of(run_id))
            time.sleep(0.37)  # the parent looks round every 1.4 s: at other moments of it
        assert grounds.settled(doomed) == ["lost"] * 3
        assert read_run(doomed[0]).failure_message == (
            "The process that executed this run was ended by signal 9. Run it again."
        )
        grounds.whole()


def test_a_worker_killed_with_all_its_children_costs_what_they_ran(grounds: Site) -> None:
    doomed = [grounds.start(LONG) for _ in range(2)]
    with grounds.running("worker", "scheduler") as processes:
        for run_id in doomed:
            grounds.wait_until_in_source(run_id)
        _kill_family(processes.processes["worker"].pid)
        waiting = [grounds.start(f"select {n}") for n in range(5)]
        processes.start("other")
        assert set(grounds.settled(waiting)) == {"succeeded"}
        assert set(grounds.settled(doomed)) == {"lost"}
        grounds.whole()


def test_a_frozen_worker_loses_its_run_for_good(grounds: Site) -> None:
    frozen = grounds.start("select pg_sleep(300)")
    with grounds.running("worker", "scheduler"):
        grounds.wait_until_in_source(frozen)
        child = process_of(frozen)
        os.kill(child, signal.SIGSTOP)
        assert grounds.settled([frozen]) == ["lost"]
        grounds.whole()
        os.kill(child, signal.SIGCONT)
        following = grounds.start("select 1")
        assert grounds.settled([following]) == ["succeeded"]
        assert read_run(frozen).state == "lost"
        grounds.whole()


def test_a_scheduler_may_be_killed_and_may_be_doubled(grounds: Site) -> None:
    with grounds.running("worker", "scheduler", "second scheduler") as processes:
        kill(processes.processes["scheduler"].pid)
        waiting = _forgotten(grounds, 3)
        assert set(grounds.settled(waiting)) == {"succeeded"}
        kill(processes.processes["second scheduler"].pid)
        waiting = _forgotten(grounds, 3)
        processes.start("scheduler")
        assert set(grounds.settled(waiting)) == {"succeeded"}
        grounds.whole()


def test_a_worker_asked_to_go_while_it_replaces_its_dead_goes(grounds: Site) -> None:
    with grounds.running() as processes:
        for moment in (0.0, 0.7):  # the parent looks round every second
            processes.start("worker")
            parent = processes.processes["worker"].pid
            until(lambda: len(_children(parent)) == CHILDREN + 1)  # noqa: B023
            for child in _children(parent):
                kill(child)
            time.sleep(moment)
            os.kill(parent, signal.SIGTERM)
            assert processes.processes["worker"].wait(PATIENCE_S) == 0


def test_what_redis_forgets_runs_all_the_same(grounds: Site) -> None:
    long = grounds.start(HELD)
    with grounds.holding() as release, grounds.running("worker", "scheduler"):
        grounds.wait_until_in_source(long)
        waiting = _forgotten(grounds, 12)
        client().flushall()
        release()
        assert set(grounds.settled([long, *waiting])) == {"succeeded"}
        grounds.whole()


def _forgotten(grounds: Site, count: int) -> list[int]:
    """Runs that stand in Postgres and nowhere else: who asked died before the workers heard of them."""
    with patch("app.runs.start.ask"):
        return [grounds.start(f"select {number} as number") for number in range(count)]


def _kill_family(parent: int) -> None:
    """The parent last, so that no child hears of it."""
    children = _children(parent)
    os.kill(parent, signal.SIGSTOP)
    for pid in (*children, parent):
        kill(pid)


def test_a_worker_killed_mid_recompute_leaves_the_old_snapshots_and_a_failed_run(grounds: Site) -> None:
    moment = now() - timedelta(days=3)
    _event(grounds, "on time", moment)
    assert execute_recompute(_recompute(grounds, moment))
    _event(grounds, "late", moment)
    with db.transaction() as session:  # or the windows' own refreshing would come to the lock as well
        session.execute(update(AggregateWindow).values(refreshed_at=now(), tried_at=now()))
    with psycopg.connect(grounds.metadata.url) as other:
        other.execute("lock table recompute_changes")  # it comes here when all is rebuilt, but not committed
        run_id = _recompute(grounds, moment)
        with grounds.running("worker", "scheduler"):
            waits = "select from pg_locks where not granted and relation = 'recompute_changes'::regclass"
            until(lambda: other.execute(waits).fetchone() is not None)
            worker = _read(run_id).worker
            assert worker
            kill(int(worker.split(":")[1]))
            until(lambda: _read(run_id).state == "failed")
            assert _total() == 1
            other.rollback()
            again = _recompute(grounds, moment)
            until(lambda: _read(again).state == "completed")
            assert _total() == 2
            grounds.whole()


def _event(site: Site, ref: str, moment: datetime) -> None:
    event = Event(source="shop", external_ref=ref, entity_id="one", status="paid", occurred_at=moment)
    with db.transaction() as session:
        if not list_sources(session, site.alice):
            create_source(session, site.alice, SourceBody(slug="shop", provider_name="Shop"))
        take_events(session, site.alice, Read([event], [""]))


def _recompute(site: Site, moment: datetime) -> int:
    day = moment.date().isoformat()
    body = RecomputeBody(report_slug="volume-by-period", window="day", date_from=day, date_to=day)
    with db.transaction() as session:
        return ask_recompute(session, site.alice, body, "person").id


def _read(run_id: int) -> RecomputeRun:
    with db.new_session() as session:
        return session.get_one(RecomputeRun, run_id)


def _total() -> int:
    """Events of the day, as readers see them."""
    chosen = {"dimension_key": "total", "metric_name": "event_count", "window": "day"}
    with db.new_session() as session:
        found = session.scalars(select(MetricSnapshot).filter_by(**chosen)).all()
    return sum(each.metric_value for each in found)


def _children(parent: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]
