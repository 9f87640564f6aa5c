"""Who waits, who is next, and that nobody is forgotten."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from redis import Redis
from sqlalchemy import update

from app.accounts.allow import Actor
from app.core import db, redis
from app.core.clock import now
from app.datasources.models import Datasource
from app.runs.cancel import cancel_run
from app.runs.execute import execute_run
from app.runs.models import Run, Trigger
from app.runs.slots import leases
from app.runs.slots.line import AGED
from app.runs.sweep import sweep
from tests.makers import make_datasource, read_run, start

Workers = Callable[[int], None]
Handed = Callable[[], list[int]]


def set_cap(datasource: Datasource, slots: int) -> None:
    with db.transaction() as session:
        session.get_one(Datasource, datasource.id).slots = slots


def holders() -> list[int]:
    room = leases.look()
    assert room
    return sorted(slot.run_id for slot in room.held)


def test_with_a_free_slot_a_run_is_handed_over_at_once(
    workers: Workers, handed: Handed, alice: Actor, source: Datasource
) -> None:
    workers(2)
    run_id = start(alice, source, "select 1")
    assert (handed(), holders()) == ([run_id], [run_id])
    execute_run(run_id)
    assert read_run(run_id).state == "succeeded"
    assert holders() == []


def test_without_a_worker_everybody_waits_and_the_first_worker_finds_them(
    workers: Workers, handed: Handed, alice: Actor, source: Datasource
) -> None:
    waiting = [start(alice, source, "select 1") for _ in range(3)]
    assert handed() == []
    workers(2)
    assert handed() == waiting[:2]


def test_more_than_the_workers_can_do_is_not_handed_to_them(
    workers: Workers, handed: Handed, alice: Actor, source: Datasource
) -> None:
    workers(2)
    first, second, third, fourth = (start(alice, source, "select 1") for _ in range(4))
    assert handed() == [first, second]
    execute_run(second)
    assert handed() == [third]
    execute_run(first)
    assert handed() == [fourth]
    execute_run(third)
    execute_run(fourth)
    assert (handed(), holders()) == ([], [])
    fifth = start(alice, source, "select 1")
    assert handed() == [fifth]


def test_a_full_datasource_holds_up_its_own_line_only(
    workers: Workers,
    handed: Handed,
    alice: Actor,
    dana: Actor,
    source: Datasource,
    connection_fields: dict[str, str],
) -> None:
    workers(5)
    set_cap(source, 1)
    other = make_datasource(dana, connection_fields, "Other")
    running, waiting = start(alice, source, "select 1"), start(alice, source, "select 1")
    elsewhere = start(alice, other, "select 1")
    assert handed() == [running, elsewhere]
    execute_run(running)
    assert handed() == [waiting]


def test_users_take_turns_however_many_runs_each_has_asked_for(
    workers: Workers, handed: Handed, alice: Actor, erin: Actor, source: Datasource
) -> None:
    workers(1)
    hers = [start(alice, source, "select 1") for _ in range(4)]
    his = [start(erin, source, "select 1") for _ in range(2)]
    order = []
    while found := handed():
        order += found
        execute_run(found[0])
    assert order == [hers[0], his[0], hers[1], his[1], hers[2], hers[3]]


def test_who_has_fewer_slots_now_is_next(
    workers: Workers, handed: Handed, alice: Actor, erin: Actor, source: Datasource
) -> None:
    workers(3)
    his = start(erin, source, "select 1")
    hers = [start(alice, source, "select 1") for _ in range(3)]
    his_second = start(erin, source, "select 1")
    assert handed() == [his, *hers[:2]]
    execute_run(his)
    assert handed() == [his_second], "she has two slots, he has none"


def schedule(actor: Actor, source: Datasource, waited: timedelta) -> int:
    run_id = start(actor, source, "select 1")
    with db.transaction() as session:
        session.execute(
            update(Run).where(Run.id == run_id).values(trigger=Trigger.SCHEDULE, queued_at=now() - waited)
        )
    return run_id


@pytest.mark.parametrize(("waited", "is_next"), [(timedelta(), False), (AGED, True)])
def test_people_go_before_schedules_but_not_for_ever(
    workers: Workers,
    handed: Handed,
    alice: Actor,
    erin: Actor,
    source: Datasource,
    waited: timedelta,
    is_next: bool,
) -> None:
    workers(1)
    running = start(alice, source, "select 1")
    scheduled = schedule(erin, source, waited)
    person = start(alice, source, "select 1")
    assert handed() == [running]
    execute_run(running)
    assert handed() == [scheduled if is_next else person]


def test_who_is_cancelled_leaves_the_line_and_gives_a_slot_up(
    workers: Workers, handed: Handed, alice: Actor, source: Datasource
) -> None:
    workers(1)
    first, second, third = (start(alice, source, "select 1") for _ in range(3))
    for run_id in (second, first):
        with db.transaction() as session:
            cancel_run(session, alice, session.get_one(Run, run_id))
    assert handed() == [first, third]
    assert holders() == [third]
    execute_run(first)
    assert read_run(first).state == "cancelled"


def test_nobody_passes_the_line(
    workers: Workers, handed: Handed, alice: Actor, erin: Actor, source: Datasource
) -> None:
    early = start(alice, source, "select 1")
    start(alice, source, "select 1")
    redis.client().zadd("plumb:slots:workers", {"here:1=1": 9e15})
    start(erin, source, "select 1")
    assert handed() == [early]


def test_after_a_flush_nobody_gets_a_slot_that_is_in_use(
    workers: Workers, handed: Handed, alice: Actor, source: Datasource
) -> None:
    workers(2)
    running = start(alice, source, "select 1")
    with db.transaction() as session:
        session.execute(
            update(Run)
            .where(Run.id == running)
            .values(state="running", started_at=now(), beat_at=now(), worker="there")
        )
    redis.client().flushall()
    redis.client().zadd("plumb:slots:workers", {"here:1=2": 9e15})
    second, third = start(alice, source, "select 1"), start(alice, source, "select 1")
    assert handed() == [second]
    assert holders() == [running, second]
    execute_run(second)
    assert handed() == [third]


def test_the_sweeper_finds_a_line_that_redis_forgot(
    workers: Workers, handed: Handed, alice: Actor, source: Datasource
) -> None:
    workers(1)
    first, second = start(alice, source, "select 1"), start(alice, source, "select 1")
    redis.client().flushall()
    workers(1)
    handed()
    sweep()
    assert handed() == [first], "its job was lost as well"
    execute_run(first)
    assert handed() == [second]


def test_the_sweeper_frees_the_slots_of_the_settled(
    workers: Workers, handed: Handed, alice: Actor, source: Datasource
) -> None:
    workers(1)
    first, second = start(alice, source, "select 1"), start(alice, source, "select 1")
    with db.transaction() as session:
        session.execute(update(Run).where(Run.id == first).values(state="cancelled", finished_at=now()))
    handed()
    sweep()
    assert (handed(), holders()) == ([second], [second])


def test_a_lost_run_frees_its_slot(
    workers: Workers, handed: Handed, alice: Actor, source: Datasource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.runs.sweep.SILENT_AFTER", timedelta(milliseconds=1))
    workers(1)
    lost, second = start(alice, source, "select 1"), start(alice, source, "select 1")
    long_ago = now() - timedelta(minutes=1)
    with db.transaction() as session:
        session.execute(
            update(Run)
            .where(Run.id == lost)
            .values(state="running", started_at=long_ago, beat_at=long_ago, worker="there")
        )
    handed()
    sweep()
    assert read_run(lost).state == "lost"
    assert (handed(), holders()) == ([second], [second])


def test_without_redis_runs_are_accepted_and_wait(
    workers: Workers,
    handed: Handed,
    alice: Actor,
    source: Datasource,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    there = redis.client()
    monkeypatch.setattr("app.core.redis._client", Redis.from_url("redis://127.0.0.1:1"))
    waiting = [start(alice, source, "select 1") for _ in range(3)]
    sweep()
    monkeypatch.setattr("app.core.redis._client", there)
    monkeypatch.setattr(leases, "_away_until", 0.0)
    assert [read_run(run_id).state for run_id in waiting] == ["queued"] * 3
    workers(2)
    sweep()
    assert handed() == waiting[:2]
