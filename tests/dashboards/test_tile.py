"""One tile at an address of its own, and the dashboard on paper."""

from collections.abc import Callable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.datasources.models import Datasource
from app.runs.models import Run
from tests.browsing import Browser
from tests.dashboards.conftest import drawn, make_chart, make_dashboard
from tests.dashboards.test_pages import badge, facts, refresh
from tests.makers import make_query

Browse = Callable[[Actor | None], Browser]


def test_the_facts_of_a_tile_are_told_to_members_only(
    browse: Browse, bob: Actor, charlie: Actor, dashboard: int
) -> None:
    path = f"/dashboards/{dashboard}/tiles/1/facts"
    assert browse(charlie).get(path, htmx=True).status_code == 404
    assert browse(bob).get(f"/dashboards/{dashboard}/tiles/99/facts", htmx=True).status_code == 404
    went = browse(bob).get(path)
    assert went.headers["Location"] == f"/dashboards/{dashboard}/tiles/1"


def test_a_tile_has_a_page_with_its_query_its_run_and_its_downloads(
    browse: Browse, bob: Actor, dashboard: int
) -> None:
    page = browse(bob)
    refresh(page, dashboard, "?p.days=4")
    shown = page.get(f"/dashboards/{dashboard}/tiles/1?p.days=4").text
    assert badge(shown) == "fresh" and 'id="tile-2"' not in shown
    assert 'id="param-days"' in shown
    said = facts(page, shown)
    assert 'href="/queries/1?view=1&amp;run=1"' in said and 'href="/runs/1"' in said
    assert "/runs/1/export.csv" in said and "Full size" not in said
    whole = page.get(f"/dashboards/{dashboard}?p.days=4").text
    assert f'href="/dashboards/{dashboard}/tiles/1?p.days=4">Full size' in facts(page, whole)
    went = page.get(f"/dashboards/{dashboard}/values?only=1&param.days.value=9")
    assert went.headers["Location"] == f"/dashboards/{dashboard}/tiles/1?p.days=9"
    for gone in (2, 99):
        assert page.get(f"/dashboards/{dashboard}/tiles/{gone}").status_code == 404


def test_only_tiles_that_are_seen_are_refreshed(
    browse: Browse, bob: Actor, alice: Actor, source: Datasource, chart: int, session: Session
) -> None:
    other = make_chart(alice, make_query(alice, source), "table", {})
    dashboard = make_dashboard(alice, drawn(chart), drawn(other, y=5))
    page, path = browse(bob), f"/dashboards/{dashboard}/refreshes"
    count = select(func.count()).select_from(Run)
    page.post(path, {"visible": ""}, htmx=True)
    assert session.scalar(count) == 0
    page.post(path, {"visible": "2 x"}, htmx=True)
    assert session.scalar(count) == 1
    page.post(f"{path}?only=1", htmx=True)
    assert session.scalar(count) == 2


def test_on_paper_times_are_absolute_and_nothing_can_be_pressed(
    browse: Browse, bob: Actor, dashboard: int
) -> None:
    page = browse(bob)
    refresh(page, dashboard)
    paper = page.get(f"/dashboards/{dashboard}/print").text
    assert "data-absolute" in paper and "data-relative" not in paper and "hx-" not in paper
    assert 'data-theme-fixed="light"' in paper and "days: <strong>3</strong>" in paper
