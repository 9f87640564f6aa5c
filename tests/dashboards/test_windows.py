"""Times in words: an answer of an earlier window is shown as what it is."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from app.accounts.allow import Actor
from app.core import db
from app.datasources.models import Datasource
from app.queries.parameters import Declared, ParameterKind
from tests.browsing import Browser
from tests.dashboards.conftest import drawn, make_chart, make_dashboard
from tests.dashboards.test_pages import badge, facts, pushed, refresh
from tests.makers import make_query

Browse = Callable[[Actor | None], Browser]
SPAN = Declared("span", ParameterKind.TIMESTAMP_RANGE, "last 24 hours")


@pytest.fixture
def charts(alice: Actor, source: Datasource) -> list[int]:
    """Two charts over the last 24 hours."""
    sql = "select {{ span.start }} as a, {{ span.end }} as b, %s as n"
    return [make_chart(alice, make_query(alice, source, sql % n, "S", (SPAN,)), "table", {}) for n in (1, 2)]


def bounds(browser: Browser, dashboard: int) -> list[str]:
    tiles = browser.api("GET", f"/v1/dashboards/{dashboard}").json["tiles"]
    return [str(tile["window"]) for tile in tiles]


def moved(minutes: int) -> None:
    """As if runs and their windows had been made so long ago."""
    pushed(minutes=minutes)
    with db.transaction() as session:
        session.execute(
            text("update run_values set value = (value::timestamptz - make_interval(mins => :n))::text"),
            {"n": minutes},
        )
        session.execute(text("update runs set question = sha256(question)"))


def test_an_earlier_window_within_the_target_is_fresh_and_is_not_run_again(
    browse: Browse, alice: Actor, charts: list[int]
) -> None:
    dashboard = make_dashboard(alice, drawn(charts[0]), drawn(charts[1], y=5))
    page = browse(alice)
    refresh(page, dashboard)
    moved(10)
    shown = page.get(f"/dashboards/{dashboard}").text
    assert badge(shown) == "fresh" and "An older answer" not in shown
    assert "which was then" in facts(page, shown)
    assert 'hx-trigger="load, every 10s"' not in shown, "nothing is too old"


def test_beyond_the_target_it_is_late_with_its_bounds_and_is_asked_anew(
    browse: Browse, alice: Actor, charts: list[int]
) -> None:
    dashboard = make_dashboard(alice, drawn(charts[0]), drawn(charts[1], y=5, max_stale_ms=3_600_000))
    page = browse(alice)
    refresh(page, dashboard)
    moved(20)
    before = bounds(page, dashboard)
    shown = page.get(f"/dashboards/{dashboard}").text
    assert (badge(shown, 1), badge(shown, 2)) == ("late", "fresh")
    assert "An older answer, for span:" in shown
    refresh(page, dashboard)
    after = bounds(page, dashboard)
    assert after[0] == after[1] != before[0], "the one that was fresh is brought along: tiles agree"


def test_today_is_late_as_soon_as_it_is_yesterday(browse: Browse, alice: Actor, source: Datasource) -> None:
    day = Declared("day", ParameterKind.DATE, "today")
    chart = make_chart(alice, make_query(alice, source, "select {{ day }} as d", "D", (day,)), "table", {})
    dashboard = make_dashboard(alice, drawn(chart, max_stale_ms=3_600_000))
    page = browse(alice)
    refresh(page, dashboard)
    moved(24 * 60)
    pushed(minutes=-24 * 60 + 20)  # its snapshot was taken 20 minutes ago, before midnight
    shown = page.get(f"/dashboards/{dashboard}").text
    assert badge(shown) == "late" and "An older answer, for day:" in shown
