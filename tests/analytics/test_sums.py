"""Sums of many buckets are what their snapshots add up to, or nobody reads them."""

from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from app.analytics.buckets import WIDTH, Days, widened
from app.analytics.models import AggregateWindow, Window
from app.analytics.prune import prune_window
from app.analytics.reports.spans import PLACES, pieces
from app.core import db
from tests.analytics.sending import event, recompute, report, send
from tests.browsing import Browser

TODAY = date.today()
RANGES = ((400, 0), (399, 3), (190, 60), (70, 1), (9, 2), (5, 5))


def back(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


def answers(browser: Browser, window: str) -> list[Any]:
    asked = [{"date_from": back(first), "date_to": back(last)} for first, last in RANGES]
    found = [report(browser, "top-entities", window=window, **each) for each in asked]
    return [(each["rows"], each["total_count"], each["newest_run_id"]) for each in found]


def without_sums(browser: Browser, window: str) -> list[Any]:
    """The same of a version that nobody has summed, nor kept answers of."""
    other = text("update report_definitions set version = -1 - version where slug = 'top-entities'")
    with db.transaction() as session:
        session.execute(other)
    found = answers(browser, window)
    with db.transaction() as session:
        session.execute(other)
    return found


def are_read() -> bool:
    asked = "select summed_version = version from report_definitions where slug = 'top-entities'"
    with db.new_session() as session:
        return bool(session.scalar(text(asked)))


@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(0, 2_000), st.sampled_from(Window))
def test_pieces_are_every_bucket_of_the_range_once(first: date, length: int, window: Window):
    days: Days = widened(first, first + timedelta(days=length), window)
    found: list[datetime] = []
    for piece, width in zip(pieces(days, window), PLACES, strict=True):
        assert piece.width == width
        moment = piece.begin
        while moment < piece.end:
            found += [moment + n * WIDTH[window] for n in range(width)]
            moment += width * WIDTH[window]
        assert moment == max(piece.begin, piece.end)
    assert sorted(found) == [days.begin + n * WIDTH[window] for n in range(days.count(window))]


def test_a_report_says_the_same_with_and_without_them(shop: Browser):
    days = [event(f"{n}", f"{back(n)}T10:00:00Z", entity_id=f"e-{n % 7}", amount_cents=n) for n in range(401)]
    send(shop, *days)
    for window in Window:
        recompute(shop, "top-entities", window, date_from=back(400), date_to=back(0))
    for window in Window:
        assert are_read() and answers(shop, window) == without_sums(shop, window)
    send(shop, *[event(f"late-{n}", f"{back(n)}T10:00:00Z", entity_id="late") for n in (5, 100, 101, 390)])
    for window, first, last in (("day", 101, 90), ("day", 6, 4), ("week", 392, 385)):
        recompute(shop, "top-entities", window, date_from=back(first), date_to=back(last))
        assert are_read() and answers(shop, window) == without_sums(shop, window)


def test_nobody_reads_them_after_a_pruning_until_a_recompute_made_them_again(shop: Browser):
    send(shop, *[event(f"{n}", f"{back(n)}T10:00:00Z") for n in (1, 100, 200, 300)])
    recompute(shop, "top-entities", date_from=back(400), date_to=back(0))
    with db.transaction() as session:
        window = session.scalars(select(AggregateWindow).where(AggregateWindow.window == "day")).one()
        window.retention_days = 150
        prune_window(session, window)
    asked = {"date_from": back(400), "date_to": back(0)}
    assert not are_read()
    assert report(shop, "top-entities", **asked)["rows"][0]["event_count"] == 2
    recompute(shop, "top-entities", date_from=back(3), date_to=back(2))
    assert are_read()
    assert report(shop, "top-entities", **asked)["rows"][0]["event_count"] == 2
