"""Every due time leaves one row, whoever ticks and whenever."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from app.accounts.allow import Actor
from app.accounts.models import User
from app.core import db, redis
from app.datasources.models import Datasource
from app.queries.parameters import Declared, ParameterKind
from app.runs.execute import execute_run
from app.runs.models import Run, RunValue
from app.schedules.change import pause
from app.schedules.fire import fire_due
from app.schedules.models import Schedule
from app.schedules.parts import Part, Parts
from app.schedules.settle import settle_all
from app.schedules.spread import spread_of
from tests.makers import make_query, read_run
from tests.schedules.ledgers import MINUTE, START, ledger, outcomes, set_schedule


def test_a_due_time_runs_once_however_often_somebody_ticks(alice: Actor, source: Datasource):
    schedule = set_schedule(alice, source)
    assert fire_due(START - MINUTE) == 0
    assert [fire_due(START), fire_due(START), fire_due(START + MINUTE)] == [1, 0, 0]
    (refresh,) = ledger(schedule)
    assert (refresh.outcome, refresh.due_at) == ("ran", START)
    run = read_run(refresh.run_id or 0)
    assert (run.trigger, run.requested_by) == ("schedule", alice.user_id)


def test_two_schedulers_at_once_start_nothing_twice(alice: Actor, source: Datasource):
    made = [set_schedule(alice, source, f"select {n}") for n in range(12)]
    with ThreadPoolExecutor(4) as pool:
        fired = list(pool.map(lambda _: fire_due(START), range(4)))
    assert sum(fired) == 12
    assert [outcomes(each) for each in made] == [["ran"]] * 12
    with db.new_session() as session:
        assert len(session.scalars(select(Run.id)).all()) == 12


def test_a_flushed_redis_loses_no_due_time(alice: Actor, source: Datasource):
    schedule = set_schedule(alice, source)
    redis.client().flushall()
    fire_due(START)
    execute_run(ledger(schedule)[0].run_id or 0)
    redis.client().flushall()
    fire_due(START + 10 * MINUTE)
    assert outcomes(schedule) == ["ran", "ran"]


def test_what_was_missed_while_nothing_ran_is_written_down_and_run_once(alice: Actor, source: Datasource):
    schedule = set_schedule(alice, source)
    fire_due(START + 35 * MINUTE)
    assert outcomes(schedule) == ["missed", "missed", "missed", "ran"]
    assert [each.due_at for each in ledger(schedule)] == [START + n * 10 * MINUTE for n in range(4)]


def test_or_it_is_skipped_where_the_schedule_says_so(alice: Actor, source: Datasource):
    schedule = set_schedule(alice, source, missed="skip")
    fire_due(START + 38 * MINUTE)
    fire_due(START + 40 * MINUTE)
    assert outcomes(schedule) == ["missed"] * 4 + ["ran"]


def test_a_long_time_down_is_made_up_tick_by_tick_without_a_gap(alice: Actor, source: Datasource):
    schedule = set_schedule(alice, source, minutes=1)
    fire_due(START + 1200 * MINUTE)
    rows = ledger(schedule)
    assert [each.due_at for each in rows] == [START + n * MINUTE for n in range(1201)]
    assert {each.outcome for each in rows[:-1]} == {"missed"} and rows[-1].outcome == "ran"


def test_a_previous_run_that_goes_on_is_not_run_over(alice: Actor, source: Datasource):
    schedule = set_schedule(alice, source)
    fire_due(START)
    fire_due(START + 10 * MINUTE)
    first, second = ledger(schedule)
    assert (second.outcome, second.reason) == (
        "skipped",
        f"Run {first.run_id}, its previous one, had not ended.",
    )


def test_an_equal_run_is_joined(alice: Actor, source: Datasource):
    query = make_query(alice, source)
    made = [set_schedule(alice, source, query=query) for _ in range(2)]
    fire_due(START)
    first, second = ledger(made[0])[0], ledger(made[1])[0]
    assert (first.outcome, second.outcome) == ("ran", "joined")
    assert first.run_id == second.run_id


def test_a_paused_schedule_says_so_at_every_due_time(alice: Actor, source: Datasource):
    schedule = set_schedule(alice, source)
    with db.transaction() as session:
        pause(session, alice, session.get_one(Schedule, schedule))
    fire_due(START + 10 * MINUTE)
    assert [(each.outcome, each.reason) for each in ledger(schedule)] == [("skipped", "It was paused.")] * 2


def test_failures_make_tries_rarer_and_the_ledger_says_until_when(alice: Actor, source: Datasource):
    schedule = set_schedule(alice, source, "select 1 / 0")
    for n in range(4):
        fire_due(START + n * 10 * MINUTE)
        if run_id := ledger(schedule)[-1].run_id:
            execute_run(run_id)
    assert outcomes(schedule) == ["ran", "ran", "ran", "skipped"]
    assert (ledger(schedule)[-1].reason or "").startswith("The last 3 tries failed.")


def test_an_archived_datasource_fails_with_its_reason_and_stays_scheduled(alice: Actor, source: Datasource):
    schedule = set_schedule(alice, source)
    with db.transaction() as session:
        session.execute(update(Datasource).values(archived_at=START))
    fire_due(START)
    assert ledger(schedule)[0].reason == "The datasource Flights is archived. Choose another one."
    with db.new_session() as session:
        assert session.get_one(Schedule, schedule).next_due_at == START + 10 * MINUTE


def test_a_paused_datasource_is_the_reason_to_skip(alice: Actor, source: Datasource):
    schedule = set_schedule(alice, source)
    paused = {"paused_at": START, "paused_by": alice.user_id, "paused_reason": "Backup until seven."}
    with db.transaction() as session:
        session.execute(update(Datasource).values(**paused))
    fire_due(START)
    assert outcomes(schedule) == ["skipped"]
    assert ledger(schedule)[0].reason == "The datasource Flights is paused: Backup until seven."


def test_a_maker_who_left_is_named_as_the_reason(alice: Actor, source: Datasource):
    schedule = set_schedule(alice, source)
    with db.transaction() as session:
        session.execute(update(User).where(User.id == alice.user_id).values(disabled_at=START))
    fire_due(START)
    assert ledger(schedule)[0].outcome == "failed"


def test_words_are_read_at_the_due_time_in_the_schedules_zone(alice: Actor, source: Datasource):
    day = Declared("day", ParameterKind.DATE)
    query = make_query(alice, source, "select {{ day }}", parameters=(day,))
    said = {"kind": "daily", "minutes": None, "at": "00:30", "time_zone": "Pacific/Auckland"}
    schedule = set_schedule(alice, source, query=query, parameters={"day": "today"}, **said)
    due = datetime(2030, 1, 1, 11, 30, tzinfo=UTC)
    fire_due(due + timedelta(hours=3))
    with db.new_session() as session:
        value = session.scalars(select(RunValue).where(RunValue.run_id == ledger(schedule)[0].run_id)).one()
    assert (value.value, value.words) == ("2030-01-02", "today")


def test_a_hundred_periods_of_a_pushed_clock_leave_exact_due_times(alice: Actor, source: Datasource):
    """Each tick comes late by another while, and so does each run."""
    schedule = set_schedule(alice, source, minutes=1)
    for n in range(100):
        fire_due(START + n * MINUTE + timedelta(seconds=n * 7.3 % 59))
        execute_run(ledger(schedule)[-1].run_id or 0)
    rows = ledger(schedule)
    assert [each.due_at for each in rows] == [START + n * MINUTE for n in range(100)]
    assert {each.outcome for each in rows} == {"ran"}


def test_one_that_breaks_unforeseen_is_written_off_and_the_others_run(
    alice: Actor, source: Datasource, monkeypatch: pytest.MonkeyPatch
):
    good, bad = set_schedule(alice, source), set_schedule(alice, source, "select 2")
    real = Parts.of

    def of(self: Parts, schedule: Schedule, due: datetime) -> list[Part]:
        if schedule.id == bad:
            raise RuntimeError("unforeseen")
        return real(self, schedule, due)

    monkeypatch.setattr(Parts, "of", of)
    assert fire_due(START) == 2
    assert (outcomes(good), outcomes(bad)) == (["ran"], ["failed"])
    assert ledger(bad)[0].reason == "Plumbline made a mistake; its log says which."


def test_schedules_of_the_same_minute_start_apart_within_their_tolerance(alice: Actor, source: Datasource):
    made = [set_schedule(alice, source, f"select {n}", tolerance_s=60) for n in range(8)]
    fired = [fire_due(START + timedelta(seconds=second)) for second in range(61)]
    assert sum(fired) == 8 and max(fired) <= 2
    with db.new_session() as session:
        spreads = [session.get_one(Schedule, each).spread_s for each in made]
    assert spreads == [spread_of(each, 60) for each in made]
    assert [second for second, count in enumerate(fired) for _ in range(count)] == sorted(spreads)
    assert {each.due_at for schedule in made for each in ledger(schedule)} == {START}


def test_a_spread_keeps_to_its_tolerance_and_uses_all_of_it():
    spreads = [spread_of(number, 300) for number in range(1, 1001)]
    assert (min(spreads), max(spreads)) == (0, 300)
    assert max(map(spreads.count, range(301))) <= 5
    assert {spread_of(number, 0) for number in range(100)} == {0}


def test_how_a_try_ended_is_settled_once(alice: Actor, source: Datasource):
    good, bad = set_schedule(alice, source), set_schedule(alice, source, "select 1 / 0")
    fire_due(START)
    assert settle_all() == 0
    for schedule in (good, bad):
        execute_run(ledger(schedule)[0].run_id or 0)
    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(lambda _: settle_all(), range(2))) == 2
    assert [ledger(each)[0].ended for each in (good, bad)] == ["succeeded", "failed"]
