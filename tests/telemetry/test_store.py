"""What was recorded is in Postgres: series, values, totals, events; by day, as long as it shall be."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from app.core import db
from app.core.clock import now
from app.core.errors import Invalid
from app.telemetry import partitions
from app.telemetry.clean import clean_up
from app.telemetry.entries import Severity
from app.telemetry.names import CACHE, RUN_DURATION, RUNS
from app.telemetry.partitions import EVENTS, VALUES, drop_before
from app.telemetry.questions import OF_EVENTS, OF_METRICS, read_question
from app.telemetry.read import Scope, read_events, read_metrics, read_statistics
from app.telemetry.save import save
from app.telemetry.totals import read_totals
from app.telemetry.write import (
    flush,
    insert_event,
    insert_metric_value,
    observe,
    upsert_metric_series,
)
from app.telemetry.writer import Away

ACME, OTHER = Scope(1), Scope(2)
EVERYTHING = Scope(1, installation=True)


def metrics(session, scope=EVERYTHING, **words):
    return read_metrics(session, scope, read_question(words, OF_METRICS))


def events(session, scope=EVERYTHING, **words):
    return read_events(session, scope, read_question(words, OF_EVENTS))


def test_a_value_comes_back_with_its_series(session):
    hostile = "a\tb\\N\nc \N{SNOWMAN} \x00 'quoted'"
    series = upsert_metric_series(
        "custom", "rooms_free", "Berlin", tags={"floor": hostile}, description="Rooms", org_id=1
    )
    moment = datetime(2026, 11, 20, 12, 0, 0, 123456, tzinfo=UTC)
    insert_metric_value(
        series, -0.1, unit="rooms", success=False, duration_ms=1.5, tags={"why": hostile}, time=moment
    )
    assert flush()
    [row] = metrics(session, start="2026-11-20", end="2026-11-21", target="Berlin")
    kept = hostile.replace("\x00", "\N{REPLACEMENT CHARACTER}")
    assert (row.category, row.name, row.target, row.description) == (
        "custom",
        "rooms_free",
        "Berlin",
        "Rooms",
    )
    assert (row.time, row.value, row.unit, row.success, row.duration_ms) == (
        moment,
        -0.1,
        "rooms",
        False,
        1.5,
    )
    assert (row.series_tags, row.tags) == ({"floor": kept}, {"why": kept})


def test_equal_words_are_one_series_in_any_order_and_the_description_may_be_mended(session):
    first = upsert_metric_series("custom", "a", tags={"x": "1", "y": "2"}, description="first", org_id=1)
    insert_metric_value(first, 1)
    flush()
    second = upsert_metric_series("custom", "a", tags={"y": "2", "x": "1"}, description="second", org_id=1)
    assert first == second
    assert first != upsert_metric_series("custom", "a", tags={"x": "1", "y": "2"}, org_id=2)
    assert 0 < first < 2**63
    with pytest.raises(LookupError):
        insert_metric_value(7, 1)


def test_totals_outlive_the_values_and_add_up_over_processes(session):
    for seconds in (0.004, 0.2, 0.25, 1000.0):
        observe(RUN_DURATION, seconds, "1", "succeeded", org_id=1)
    flush()
    observe(RUN_DURATION, 0.2, "1", "succeeded", org_id=1)
    observe(RUNS, 1, "1", "failed", "api", org_id=1, success=False)
    flush()
    with db.autocommit() as connection:
        connection.execute(text("truncate metric_values"))
    found = {total.metric.name: total for total in read_totals(session)}
    duration = found["plumb_run_duration_seconds"]
    assert (duration.count, duration.labels) == (5, {"datasource": "1", "state": "succeeded"})
    assert duration.sum == pytest.approx(1000.654)
    assert [duration.buckets[le] for le in (0.005, 0.1, 0.25, 300.0)] == [1, 1, 4, 4]
    assert found["plumb_runs_total"].sum == 1


def test_what_comes_often_is_kept_as_one_value_and_counted_as_many(session):
    for _ in range(30):
        observe(CACHE, 1, "hit", org_id=1)
    flush()
    [row] = metrics(session, name="plumb_cache_decisions_total")
    assert (row.value, row.tags) == (30, {"count": 30})
    assert [total.sum for total in read_totals(session)] == [30]


def test_readers_see_their_orgs_own_and_the_installations_only_when_it_is_theirs(session):
    for org_id in (1, 2, None):
        observe(RUNS, 1, "1", "succeeded", "api", org_id=org_id)
        insert_event("test", "made", Severity.INFO, f"of {org_id}", org_id=org_id)
    flush()
    assert len(metrics(session, ACME)) == len(metrics(session, OTHER)) == 1
    assert len(metrics(session, EVERYTHING)) == 2
    assert [each.message for each in events(session, ACME)] == ["of 1"]
    assert [each.message for each in events(session, EVERYTHING)] == ["of None", "of 1"]
    assert [each.total for each in read_statistics(session, ACME, read_question({}, OF_METRICS))] == [1]


def test_answers_are_newest_first_and_no_more_than_asked(session):
    series = [upsert_metric_series("custom", "n", str(target), org_id=1) for target in range(60)]
    for number in range(240):
        moment = now() - timedelta(minutes=number)
        insert_metric_value(series[number % 60], number, time=moment, success=number % 4 > 0)
    flush()
    assert [row.value for row in metrics(session)] == list(range(100))
    assert [row.value for row in metrics(session, order="asc", limit="3")] == [239, 238, 237]
    assert [row.value for row in metrics(session, target="7")] == [7, 67, 127, 187]
    end = (now() - timedelta(minutes=100, seconds=30)).isoformat()
    assert next(iter(metrics(session, end=end))).value == 101
    [found] = read_statistics(session, ACME, read_question({}, OF_METRICS))
    assert (found.category, found.total, found.success, found.failure) == ("custom", 240, 180, 60)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"limit": "10001"}, "limit"),
        ({"limit": "-1"}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"category": "weather"}, "category"),
        ({"start": "yesterday"}, "start"),
        ({"start": "2026-11-21", "end": "2026-11-20"}, "start"),
        ({"order": "up"}, "order"),
        ({"name": "\x00"}, "name"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_question_is_refused_at_its_word(given, field):
    with pytest.raises(Invalid) as refused:
        read_question(given, OF_METRICS)
    assert list(refused.value.fields) == [field]


def test_days_go_whole_when_their_time_is_over(session):
    series = upsert_metric_series("custom", "old", org_id=1)
    for days in (0, 5, 40):
        insert_metric_value(series, days, time=now() - timedelta(days=days))
        insert_event("test", "old", Severity.INFO, str(days), org_id=1, time=now() - timedelta(days=days))
    flush()
    cleaned = clean_up(values_days=30, events_days=3)
    assert len([name for name in cleaned.partitions if name.startswith(VALUES)]) == 1
    assert len([name for name in cleaned.partitions if name.startswith(EVENTS)]) == 2
    long_ago = (now() - timedelta(days=90)).isoformat()
    assert [row.value for row in metrics(session, start=long_ago)] == [0, 5]
    assert [row.message for row in events(session, start=long_ago)] == ["0"]
    for wrong in ({"values_days": -1}, {"events_days": 0}):
        with pytest.raises(Invalid) as refused:
            clean_up(**wrong)
        assert list(refused.value.fields) == list(wrong)


def test_a_day_that_another_process_dropped_is_made_again(session):
    series = upsert_metric_series("custom", "again", org_id=1)
    insert_metric_value(series, 1)
    flush()
    known = set(partitions._made)
    drop_before(VALUES, (now() + timedelta(days=1)).date())
    partitions._made.update(known)
    insert_metric_value(series, 2)
    assert flush()
    assert [row.value for row in metrics(session, name="again")] == [2]


def test_drops_are_seen_as_a_value_and_as_an_event(session):
    save([], 12)
    [value], [event] = metrics(session), events(session)
    assert (value.name, value.value, value.success) == ("plumb_telemetry_dropped_total", 12, False)
    assert (event.kind, event.severity, event.payload) == ("dropped", "warning", {"count": 12})


def test_without_postgres_nothing_breaks_and_nothing_is_forgotten(session, settings, monkeypatch):
    series = upsert_metric_series("custom", "kept", org_id=1)
    insert_metric_value(series, math.pi)
    db.connect("postgresql+psycopg://nobody@127.0.0.1:1/nowhere")
    try:
        assert not flush(1)
        with pytest.raises(Away):
            save([], 1)
    finally:
        db.connect(settings.database_url)
    assert flush()
    with db.new_session() as fresh:
        assert [row.value for row in metrics(fresh, name="kept")] == [math.pi]
