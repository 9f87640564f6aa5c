"""The demo's events are the same each time, and every report can be read at once."""

from datetime import date

from sqlalchemy import func, select

from app.accounts.allow import Actor
from app.analytics.models import AnalyticsEvent, EventSource, MetricSnapshot, RecomputeRun
from app.core import db
from app.local.demo_events import demo_events, load_events

LAST = date(2026, 11, 20)


def test_they_are_the_same_for_the_same_day():
    first, second = (list(demo_events(LAST)) for _ in range(2))
    assert first == second and len(first) == 25_000
    days = {event.occurred_at.date() for event in first}
    assert (len(days), max(days)) == (90, LAST)


def test_they_are_loaded_once_with_snapshots_for_all_reports_and_windows(dana: Actor):
    for _ in range(2):
        load_events(dana, print)
    with db.new_session() as session:
        count = {
            table: session.scalar(select(func.count()).select_from(table))
            for table in (AnalyticsEvent, EventSource)
        }
        runs = session.scalars(select(RecomputeRun)).all()
        made = session.execute(select(MetricSnapshot.report_id, MetricSnapshot.window).distinct()).all()
        total = select(func.sum(MetricSnapshot.metric_value)).where(
            MetricSnapshot.dimension_key == "total", MetricSnapshot.metric_name == "event_count"
        )
        assert session.scalar(total) == 6 * 25_000
    assert count == {AnalyticsEvent: 25_000, EventSource: 3}
    assert {(run.state, run.trigger) for run in runs} == {("completed", "seed")}
    assert len(made) == len(runs) == 6
