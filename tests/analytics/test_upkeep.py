"""Windows refresh and prune themselves; a closed bucket waits for somebody to ask."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from app.analytics import upkeep
from app.analytics.models import AggregateWindow, AnalyticsEvent, MetricSnapshot, RecomputeRun
from app.audit.models import AuditEntry
from app.core import clock, db
from tests.analytics.sending import event, recompute, report, send
from tests.browsing import Browser

NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def at(moment: datetime) -> str:
    return moment.isoformat()


def keep_up(moment: datetime) -> int:
    return upkeep.keep_up(moment)


def counts(browser: Browser) -> dict[str, int]:
    asked = {"date_from": str((NOON - 9 * DAY).date()), "date_to": str((NOON + 2 * DAY).date())}
    rows = report(browser, "volume-by-period", **asked)["rows"]
    return {row["period"]: row["event_count"] for row in rows if row["event_count"]}


def send_at(browser: Browser, received: datetime, *refs: tuple[str, datetime]) -> None:
    """Events as if they had been received then."""
    send(browser, *[event(ref, at(min(NOON, moment))) for ref, moment in refs])
    with db.transaction() as session:
        for ref, moment in refs:
            found = update(AnalyticsEvent).where(AnalyticsEvent.external_ref == ref)
            session.execute(found.values(received_at=received, occurred_at=moment))


def runs() -> int:
    with db.new_session() as session:
        return session.scalar(select(func.count()).select_from(RecomputeRun)) or 0


def test_the_first_refresh_builds_all_there_is_and_the_next_waits_its_interval(shop: Browser):
    yesterday = NOON - DAY
    send_at(shop, NOON, ("1", yesterday), ("2", NOON))
    assert keep_up(NOON) == 2  # the day and the week
    assert counts(shop) == {str(yesterday.date()): 1, str(NOON.date()): 1}
    assert runs() == 6
    assert keep_up(NOON + HOUR / 2) == 0
    send_at(shop, NOON + HOUR, ("3", NOON))
    assert keep_up(NOON + HOUR) == 1
    assert (counts(shop)[str(NOON.date())], runs()) == (2, 9)


def test_a_window_to_which_nothing_came_makes_no_run(shop: Browser):
    send_at(shop, NOON - HOUR, ("1", NOON))
    keep_up(NOON)
    assert keep_up(NOON + 2 * HOUR) == 1
    assert runs() == 6


def test_a_bucket_is_closed_by_the_first_refresh_after_its_end(shop: Browser):
    yesterday = str(NOON.date())
    send_at(shop, NOON, ("1", NOON))
    keep_up(NOON)
    morning = NOON + DAY
    send_at(shop, morning - 11 * HOUR, ("2", NOON + 11 * HOUR))
    keep_up(morning)
    assert counts(shop) == {yesterday: 2}
    send_at(shop, morning + HOUR, ("late", NOON), ("3", morning))
    keep_up(morning + HOUR)
    assert counts(shop) == {yesterday: 2, str(morning.date()): 1}
    recompute(shop, "volume-by-period", date_from=yesterday, date_to=yesterday)
    assert counts(shop)[yesterday] == 3


def test_a_refresh_waits_for_a_run_that_somebody_asked_for(shop: Browser):
    send_at(shop, NOON, ("1", NOON))
    today = str(NOON.date())
    asked = {"report_slug": "status-counts", "window": "day", "date_from": today, "date_to": today}
    assert shop.api("POST", "/v1/recomputations", asked).status_code == 202
    keep_up(NOON)
    with db.transaction() as session:
        refreshed = dict(session.execute(select(AggregateWindow.window, AggregateWindow.refreshed_at)).all())
        session.execute(
            update(RecomputeRun).values(state="failed", finished_at=NOON, error_message="gone", summary=None)
        )
    assert refreshed == {"day": None, "week": NOON}
    keep_up(NOON + timedelta(minutes=2))
    assert counts(shop) == {today: 1}


def test_snapshots_go_with_their_retention_and_the_events_stay(
    shop: Browser, monkeypatch: pytest.MonkeyPatch
):
    send_at(shop, NOON, ("old", NOON - 9 * DAY), ("new", NOON))
    keep_up(NOON)
    with db.transaction() as session:
        session.execute(update(AggregateWindow).values(retention_days=5))
    keep_up(NOON + 6 * HOUR)
    with db.new_session() as session:
        oldest = session.execute(
            select(MetricSnapshot.window, func.min(MetricSnapshot.bucket_start)).group_by(
                MetricSnapshot.window
            )
        ).all()
        entries = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "aggregate_window.pruned")
        ).all()
        assert session.scalar(select(func.count()).select_from(AnalyticsEvent)) == 2
    today = clock.now().date()
    first = {
        "day": today - timedelta(days=4),
        "week": today - timedelta(days=4 + (today - timedelta(days=4)).weekday()),
    }
    assert {window: moment.date() for window, moment in oldest} == first
    assert {entry.actor_name for entry in entries} == {"Plumbline"} and len(entries) == 2
    assert counts(shop) == {str(NOON.date()): 1}
