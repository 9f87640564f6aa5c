"""A worker dies, a run is cancelled, a worker is asked to go: at each point on a run's way."""

from app.core import db
from app.core.redis import client
from app.runs.cancel import cancel_run
from app.runs.models import Run
from tests.faults.points import POINTS, sql_with
from tests.faults.site import HELD, Site, process_of, state, until
from tests.makers import read_run

CLAIMED = POINTS[1:-1]


def test_a_worker_killed_at_any_point_costs_at_most_the_run_it_was_at(grounds: Site) -> None:
    doomed = {point: grounds.start(sql_with(point, "kill")) for point in POINTS}
    with grounds.running("worker", "scheduler"):
        grounds.settled(list(doomed.values()))
        assert {point: state(run_id) for point, run_id in doomed.items()} == {
            "before_claim": "succeeded",
            **dict.fromkeys(CLAIMED, "lost"),
            "after_commit": "succeeded",
        }
        lost = read_run(doomed["mid_store"])
        assert (lost.failure_reason, lost.row_count) == ("worker_lost", None)
        assert lost.failure_message
        grounds.whole()


def test_a_run_cancelled_at_any_point_is_cancelled(grounds: Site) -> None:
    paused = {point: grounds.start(sql_with(point, "pause")) for point in POINTS}
    with grounds.running("worker"):
        until(lambda: all(grounds.reached(run_id, point) for point, run_id in paused.items()))
        for point in POINTS[:-1]:
            _cancel(grounds, paused[point])
        for run_id in paused.values():
            grounds.let_go(run_id)
        grounds.settled(list(paused.values()))
        assert {point: state(run_id) for point, run_id in paused.items()} == {
            **dict.fromkeys(POINTS[:-2], "cancelled"),
            "before_commit": "succeeded",
            "after_commit": "succeeded",
        }
        grounds.whole()


def test_a_worker_asked_to_go_hands_back_what_it_cannot_finish(grounds: Site) -> None:
    paused = {point: grounds.start(sql_with(point, "pause")) for point in POINTS[2:-2]}
    long = grounds.start(HELD)
    wanted_gone = grounds.start("select pg_sleep(300)")
    with grounds.holding() as release, grounds.running("worker") as processes:
        until(lambda: all(grounds.reached(run_id, point) for point, run_id in paused.items()))
        for run_id in (long, wanted_gone):
            grounds.wait_until_in_source(run_id)
        _cancel(grounds, wanted_gone)
        for run_id in paused.values():
            grounds.let_go(run_id)
        processes.stop("worker")
        assert state(long) == "queued"
        assert grounds.invariants.in_source() == set()
        release()
        processes.start("other")
        grounds.settled([*paused.values(), long, wanted_gone])
        assert (read_run(long).state, read_run(long).attempt) == ("succeeded", 2)
        assert state(wanted_gone) == "cancelled"
        assert set(grounds.states(list(paused.values())).values()) == {"succeeded"}
        grounds.whole()


def test_two_workers_with_the_same_job_run_it_once(grounds: Site) -> None:
    paused = grounds.start(sql_with("mid_query", "pause"))
    with grounds.running("worker", "other"):
        until(lambda: grounds.reached(paused, "mid_query"))
        holder = process_of(paused)
        again = [grounds.start("select 1") for _ in range(5)]
        for run_id in (paused, *again) * 3:
            _enqueue(run_id)
        assert set(grounds.settled(again)) == {"succeeded"}
        assert process_of(paused) == holder
        grounds.let_go(paused)
        assert grounds.settled([paused]) == ["succeeded"]
        grounds.whole()
    assert client().ping()


def _enqueue(run_id: int) -> None:
    from app.core.queue import enqueue

    assert enqueue("jobs.runs.execute_run", run_id)


def _cancel(grounds: Site, run_id: int) -> None:
    with db.transaction() as session:
        cancel_run(session, grounds.alice, session.get_one(Run, run_id))
