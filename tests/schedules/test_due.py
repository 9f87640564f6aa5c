"""Due times across the changes of the clock."""

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise

import pytest

from app.schedules.due import Rule, due_after, next_due, shortest_gap

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def cron(text: str, zone: str, moment: str, count: int = 3) -> list[str]:
    rule = Rule(zone, LONG_AGO, cron=text)
    return [
        due.strftime("%m-%d %H:%M") for due in islice(due_after(rule, datetime.fromisoformat(moment)), count)
    ]


def test_six_in_berlin_stays_six_across_both_changes():
    assert cron("0 6 * * *", "Europe/Berlin", "2026-03-28T00:00Z") == [
        "03-28 05:00",
        "03-29 04:00",
        "03-30 04:00",
    ]
    assert cron("0 6 * * *", "Europe/Berlin", "2026-10-24T00:00Z") == [
        "10-24 04:00",
        "10-25 05:00",
        "10-26 05:00",
    ]


def test_a_time_that_the_clock_skips_is_due_right_after_the_gap():
    assert cron("30 2 * * *", "Europe/Berlin", "2026-03-28T00:00Z") == [
        "03-28 01:30",
        "03-29 01:00",
        "03-30 00:30",
    ]
    assert cron("30 2 * * *", "America/St_Johns", "2026-03-07T00:00Z") == [
        "03-07 06:00",
        "03-08 05:30",
        "03-09 05:00",
    ]


def test_a_time_that_the_clock_shows_twice_is_due_the_first_time():
    assert cron("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00Z") == [
        "10-25 00:30",
        "10-26 01:30",
        "10-27 01:30",
    ]
    assert cron("30 1 * * *", "America/St_Johns", "2026-10-31T12:00Z") == [
        "11-01 04:00",
        "11-02 05:00",
        "11-03 05:00",
    ]


def test_many_slots_in_a_gap_are_one_due_time_and_the_order_holds():
    assert cron("*/15 * * * *", "Europe/Berlin", "2026-03-29T00:40Z", 4) == [
        "03-29 00:45", "03-29 01:00", "03-29 01:15", "03-29 01:30",
    ]  # fmt: skip


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia"])
@pytest.mark.parametrize("text", ["*/20 * * * *", "30 1 * * *", "0 0 * * 1"])
def test_what_is_next_does_not_depend_on_where_one_starts(zone: str, text: str):
    rule = Rule(zone, LONG_AGO, cron=text)
    times = list(islice(due_after(rule, datetime(2026, 10, 3, tzinfo=UTC)), 40))
    assert times == sorted(set(times))
    for earlier, later in pairwise(times):
        assert next_due(rule, earlier) == later
        assert next_due(rule, later - timedelta(seconds=1)) == later


def test_an_interval_does_not_drift_however_late_one_asks():
    rule = Rule("Europe/Berlin", LONG_AGO, every_minutes=1)
    moment = LONG_AGO
    for _ in range(100):
        moment = next_due(rule, moment + timedelta(seconds=7.3)) or LONG_AGO
        assert (moment - LONG_AGO) % timedelta(minutes=1) == timedelta(0)
    assert moment == LONG_AGO + timedelta(minutes=100)


def test_nothing_is_due_before_the_start_or_from_the_end_on():
    rule = Rule("UTC", LONG_AGO, LONG_AGO + timedelta(minutes=10), every_minutes=5)
    assert list(due_after(rule, LONG_AGO - timedelta(days=9))) == [LONG_AGO, LONG_AGO + timedelta(minutes=5)]


def test_a_day_that_never_comes_is_never_due():
    rule = Rule("UTC", LONG_AGO, cron="0 0 31 2 *")
    assert next_due(rule, LONG_AGO) is None
    assert shortest_gap(rule, LONG_AGO) is None
