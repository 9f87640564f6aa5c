"""Whole processes die: parents with and without their children, the scheduler; there may be two of each."""

import os
import signal
import time
from pathlib import Path
from unittest.mock import patch

import pytest

from app.core.redis import client
from app.local.processes import is_alive
from tests.faults.site import Site, kill, process_of, until
from tests.makers import read_run

pytestmark = pytest.mark.xdist_group("faults of processes")

LONG = "select pg_sleep(300)"


def test_children_end_with_their_parent_and_hand_back_what_they_ran(grounds: Site) -> None:
    long = grounds.start("select pg_sleep(5) as slept")
    with grounds.running("worker", "scheduler") as processes:
        grounds.wait_until_in_source(long)
        child = process_of(long)
        kill(processes.processes["worker"].pid)
        until(lambda: not is_alive(child))
        assert grounds.invariants.in_source() == set()
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
        time.sleep(1)  # what it asked for last is done
        waiting = _forgotten(grounds, 3)
        time.sleep(1)
        assert set(grounds.states(waiting).values()) == {"queued"}
        processes.start("scheduler")
        assert set(grounds.settled(waiting)) == {"succeeded"}
        grounds.whole()


def test_what_redis_forgets_runs_all_the_same(grounds: Site) -> None:
    long = grounds.start("select pg_sleep(1) as slept")
    with grounds.running("worker", "scheduler"):
        grounds.wait_until_in_source(long)
        waiting = _forgotten(grounds, 12)
        client().flushall()
        assert set(grounds.settled([long, *waiting])) == {"succeeded"}
        grounds.whole()


def _forgotten(grounds: Site, count: int) -> list[int]:
    """Runs that stand in Postgres and nowhere else: who asked died before the workers heard of them."""
    with patch("app.runs.start.ask"):
        return [grounds.start(f"select {number} as number") for number in range(count)]


def _kill_family(parent: int) -> None:
    """The parent last, so that no child hears of it."""
    children = [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]
    os.kill(parent, signal.SIGSTOP)
    for pid in (*children, parent):
        kill(pid)
