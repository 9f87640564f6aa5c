"""Dashboards as an editor, a viewer and a stranger meet them."""

import html
import json
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core import db
from app.core.clock import now
from app.dashboards.models import Dashboard, DashboardVersion, Tile
from app.datasources.models import Datasource
from app.queries.models import Query
from app.queries.parameters import Declared, ParameterKind
from app.runs.execute import execute_run
from app.runs.models import Run, RunValue
from tests.browsing import Browser
from tests.dashboards.conftest import drawn, make_chart, make_dashboard
from tests.makers import make_query
from tests.queries.counting import statements

Browse = Callable[[Actor | None], Browser]


def refresh(browser: Browser, dashboard: int, address: str = "") -> None:
    """Open, ask for what is too old, and run it."""
    browser.post(f"/dashboards/{dashboard}/refreshes{address}", htmx=True)
    with db.new_session() as session:
        waiting = session.scalars(select(Run.id).where(Run.finished_at.is_(None))).all()
    for run_id in waiting:
        execute_run(run_id)


def pushed(**ago: int) -> None:
    """As if every run had been made so long ago."""
    then = text(f"interval '{timedelta(**ago).total_seconds()} s'")
    with db.transaction() as session:
        session.execute(
            update(Run).values(
                queued_at=Run.queued_at - then,
                started_at=Run.started_at - then,
                finished_at=Run.finished_at - then,
            )
        )


def badge(page: str, number: int = 1) -> str:
    """The word of a tile's badge."""
    found = re.search(
        rf'id="tile-{number}-state".*?aria-label="Freshness of [^:]*: ([^"]*)"', page, re.DOTALL
    )
    assert found
    return found[1]


def facts(page: Browser, shown: str, tile: int = 1) -> str:
    """What the tile's badge opens."""
    path = re.search(rf'hx-get="([^"]*/tiles/{tile}/facts[^"]*)"', shown)
    assert path
    answer = page.get(html.unescape(path[1]), htmx=True)
    assert answer.status_code == 200
    return str(answer.text)


def test_a_dashboard_is_made_and_found_in_the_list(browse: Browse, alice: Actor) -> None:
    page = browse(alice)
    made = page.post("/dashboards", {"name": "Operations", "description": "On the wall"})
    assert made.headers["Location"] == "/dashboards/1/edit"
    assert page.post("/dashboards", {"name": " "}).status_code == 422
    listed = page.get("/dashboards").text
    assert "Operations" in listed and "On the wall" in listed
    assert "No dashboard is called that" in page.get("/dashboards?q=zebra", htmx=True).text
    assert "Nothing on it yet" in page.get("/dashboards/1").text


def test_what_is_stored_stands_there_at_once_and_nothing_is_run(
    browse: Browse, bob: Actor, dashboard: int, session: Session
) -> None:
    page = browse(bob)
    first = page.get(f"/dashboards/{dashboard}").text
    assert badge(first) == "never run" and 'hx-post="/dashboards/1/refreshes?v=1" hx-trigger="load' in first
    assert session.scalar(select(func.count()).select_from(Run)) == 0
    refresh(page, dashboard)
    again = page.get(f"/dashboards/{dashboard}").text
    assert badge(again) == "fresh" and '<plumb-chart src="/v1/runs/1/columns"' in again
    assert 'hx-trigger="load, every 10s"' not in again
    assert session.scalar(select(func.count()).select_from(Run)) == 1


def test_a_badge_says_late_then_stale(browse: Browse, bob: Actor, dashboard: int) -> None:
    page = browse(bob)
    refresh(page, dashboard)
    pushed(minutes=16)
    late = page.get(f"/dashboards/{dashboard}").text
    said = facts(page, late)
    assert badge(late) == "late" and "15 min is allowed" in said and "refreshes" in said
    pushed(minutes=16)
    assert badge(page.get(f"/dashboards/{dashboard}").text) == "stale"
    refresh(page, dashboard)
    assert badge(page.get(f"/dashboards/{dashboard}").text) == "fresh"


def test_a_failed_refresh_keeps_the_old_number_marked(
    browse: Browse, alice: Actor, source: Datasource
) -> None:
    sql = "select 10 / (extract(epoch from clock_timestamp()) > {{ since }})::int as n"
    query = make_query(alice, source, sql.replace("{{ since }}", "0"), "A number")
    dashboard = make_dashboard(alice, drawn(make_chart(alice, query, "stat", {"value": "n"})))
    page = browse(alice)
    refresh(page, dashboard)
    pushed(minutes=20)
    with db.transaction() as own:
        failed = own.get_one(Run, 1)
        own.execute(text("create temp table kept on commit drop as select * from runs"))
        own.execute(text("alter table kept alter id drop not null"))
        own.execute(
            text(
                "update kept set state = 'failed', row_count = null, byte_count = null, id = 2,"
                " failure_reason = 'query', failure_message = 'division by zero', truncated_by = null,"
                " finished_at = now(), result_deleted_at = null"
            )
        )
        own.execute(text("insert into runs overriding system value select * from kept"))
        assert failed.question
    shown = page.get(f"/dashboards/{dashboard}").text
    assert badge(shown) == "failing"
    assert "Not refreshed at" in shown and "division by zero" in shown and "/v1/runs/1/columns" in shown
    assert 'hx-trigger="load, every 10s"' not in shown, "it is not tried again at once"


def test_equal_requests_of_many_viewers_and_tiles_become_one_run(
    browse: Browse, alice: Actor, bob: Actor, chart: int, session: Session
) -> None:
    dashboard = make_dashboard(alice, drawn(chart), drawn(chart, y=5, max_stale_ms=0), drawn(chart, y=10))
    for actor in (alice, bob, alice):
        browse(actor).post(f"/dashboards/{dashboard}/refreshes", htmx=True)
    assert session.scalar(select(func.count()).select_from(Run)) == 1


def test_the_pulse_tells_what_has_changed_and_then_falls_silent(
    browse: Browse, bob: Actor, dashboard: int
) -> None:
    page = browse(bob)
    asked = page.post(f"/dashboards/{dashboard}/refreshes", htmx=True).text
    seen = re.search(r'name="seen" value="([^"]*)"', asked)
    assert seen and "load delay" in asked and "Waiting" in asked
    quiet = page.get(f"/dashboards/{dashboard}/pulse?seen={seen[1]}", htmx=True).text
    assert "tile-1-state" not in quiet and "tile-1-body" not in quiet
    execute_run(1)
    changed = page.get(f"/dashboards/{dashboard}/pulse?seen={seen[1]}", htmx=True).text
    assert "tile-1-state" in changed and "/v1/runs/1/columns" in changed and 'id="summary"' in changed
    assert page.get(f"/dashboards/{dashboard}/pulse?seen=x.y", htmx=True).status_code == 200


def test_a_save_loads_the_pages_that_show_the_version_before(
    browse: Browse, alice: Actor, dashboard: int
) -> None:
    page = browse(alice)
    path = f"/dashboards/{dashboard}/pulse?v=1"
    assert "HX-Trigger" not in page.get(path, htmx=True).headers
    save(page, dashboard, tiles_of(dashboard)[:1])
    assert page.get(path, htmx=True).headers["HX-Trigger"] == "plumb:moved"


def test_a_wall_has_its_seconds_and_nothing_to_edit(browse: Browse, alice: Actor, dashboard: int) -> None:
    page = browse(alice)
    wall = page.get(f"/dashboards/{dashboard}?wall").text
    assert 'data-wall="60"' in wall and "/edit" not in wall and "data-page" not in wall
    paged = page.get(f"/dashboards/{dashboard}?wall=300&page=20&theme=dark&zone=Europe/Berlin").text
    assert 'data-wall="300" data-page="20"' in paged
    assert (
        'data-theme-fixed="dark" data-zone="Europe/Berlin"' in paged and '"zone": "Europe/Berlin"' not in wall
    )
    for bad, words in (("wall=-5", "Write wall"), ("wall&zone=Mars", "no such time zone")):
        answer = page.get(f"/dashboards/{dashboard}?{bad}")
        assert answer.status_code == 422 and words in answer.text


def test_zero_rows_an_expired_result_and_none_look_different(
    browse: Browse, alice: Actor, dashboard: int
) -> None:
    page = browse(alice)
    assert "Not loaded yet" in page.get(f"/dashboards/{dashboard}").text
    refresh(page, dashboard, "?p.days=0")
    assert "Zero rows" in page.get(f"/dashboards/{dashboard}?p.days=0").text
    refresh(page, dashboard)
    with db.transaction() as session:
        session.execute(update(Run).values(result_deleted_at=now()))
    assert "Zero rows" not in page.get(f"/dashboards/{dashboard}").text
    assert badge(page.get(f"/dashboards/{dashboard}").text) == "unknown"


def test_a_cut_result_says_so_on_its_tile(browse: Browse, alice: Actor, dashboard: int) -> None:
    page = browse(alice)
    refresh(page, dashboard)
    with db.transaction() as session:
        session.execute(update(Run).values(truncated_by="rows"))
    assert "Cut by rows" in page.get(f"/dashboards/{dashboard}").text


def test_values_in_the_address_go_to_the_tiles_and_bad_ones_are_said(
    browse: Browse, bob: Actor, dashboard: int
) -> None:
    page = browse(bob)
    refresh(page, dashboard, "?p.days=7")
    assert "7 rows" in facts(page, page.get(f"/dashboards/{dashboard}?p.days=7").text)
    bad = page.get(f"/dashboards/{dashboard}?p.days=many").text
    assert badge(bad) == "unknown" and "Write a whole number" in bad
    went = page.get(f"/dashboards/{dashboard}/values?param.days.value=9")
    assert went.headers["Location"] == f"/dashboards/{dashboard}?p.days=9"


def test_a_shared_name_has_one_default_for_all_tiles(
    browse: Browse, alice: Actor, source: Datasource, chart: int
) -> None:
    other = make_query(
        alice, source, "select {{ days }} as n", "Other", (Declared("days", ParameterKind.INTEGER, "99"),)
    )
    typed = make_query(
        alice, source, "select {{ days }} as n", "Text", (Declared("days", ParameterKind.TEXT, "own"),)
    )
    charts = [make_chart(alice, each, "table", {}) for each in (other, typed)]
    dashboard = make_dashboard(alice, drawn(chart), *[drawn(c, y=5 * n) for n, c in enumerate(charts, 1)])
    refresh(browse(alice), dashboard)
    with db.new_session() as session:
        said = {value.run_id: value.value for value in session.scalars(select(RunValue))}
    assert sorted(said.values(), key=str) == ["3", "3", "own"]


def test_markdown_is_shown_and_scripts_stay_text(browse: Browse, bob: Actor, dashboard: int) -> None:
    shown = browse(bob).get(f"/dashboards/{dashboard}").text
    assert "<strong>Bold</strong>" in shown and "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)" in shown and "Details" in shown


def test_a_broken_tile_says_so_and_the_others_work(
    browse: Browse, alice: Actor, source: Datasource, chart: int
) -> None:
    other = make_query(alice, source, "select 1 as n", "Another")
    gone, odd = make_chart(alice, other), make_chart(alice, other, "stat", {"value": "missing"})
    dashboard = make_dashboard(alice, drawn(chart), drawn(gone, y=5), drawn(odd, y=10))
    page = browse(alice)
    refresh(page, dashboard)
    page.post(f"/visualizations/{gone}/deletion")
    shown = page.get(f"/dashboards/{dashboard}").text
    assert (badge(shown, 1), badge(shown, 2), badge(shown, 3)) == ("fresh", "unknown", "unknown")
    assert "was deleted" in shown and "no column “missing” any more" in shown
    page.post("/queries/2/archival")
    assert "is archived. Restore it" in page.get(f"/dashboards/{dashboard}").text


def test_sixty_tiles_take_as_many_statements_as_one(
    browse: Browse, alice: Actor, source: Datasource, dashboard: int
) -> None:
    page = browse(alice)
    refresh(page, dashboard)
    with statements() as few:
        page.get(f"/dashboards/{dashboard}")
    queries = [make_query(alice, source, f"select {n} as n") for n in range(20)]
    charts = [make_chart(alice, query, "stat", {"value": "n"}) for query in queries]
    large = make_dashboard(alice, *[drawn(each, y=5 * n) for n, each in enumerate(charts * 3)])
    refresh(page, large)
    with statements() as many:
        page.get(f"/dashboards/{large}")
    assert len(many) == len(few)


def tiles_of(number: int) -> list[dict[str, Any]]:
    with db.new_session() as session:
        dashboard = session.get_one(Dashboard, number)
        rows = session.scalars(
            select(Tile)
            .join(DashboardVersion, DashboardVersion.id == Tile.version_id)
            .where(DashboardVersion.dashboard_id == number, DashboardVersion.number == dashboard.latest)
            .order_by(Tile.number)
        ).all()
        names = ("number", "kind", "x", "y", "w", "h", "title", "text", "visualization_id", "max_stale_ms")
        return [{name: getattr(row, name) for name in names} for row in rows]


def save(browser: Browser, number: int, tiles: Any, based_on: int = 1, **fields: Any) -> Any:
    form = {"name": "Operations", "description": "", "based_on": based_on, "tiles": json.dumps(tiles)}
    return browser.post(f"/dashboards/{number}", form | fields)


def test_a_save_is_a_version_and_numbers_of_tiles_stay(browse: Browse, alice: Actor, dashboard: int) -> None:
    page, tiles = browse(alice), tiles_of(dashboard)
    assert save(page, dashboard, [*tiles[1:], drawn(1, y=6)]).headers["Location"] == "/dashboards/1"
    assert [tile["number"] for tile in tiles_of(dashboard)] == [2, 3, 4]
    css = page.get(f"/dashboards/{dashboard}/versions/2/layout.css")
    assert "#tile-4 { grid-area: 7 / 1 / span 5 / span 6; }" in css.text
    assert "immutable" in css.headers["Cache-Control"]


def test_somebody_elses_save_is_not_overwritten_silently(
    browse: Browse, alice: Actor, dana: Actor, dashboard: int
) -> None:
    tiles = tiles_of(dashboard)
    assert save(browse(dana), dashboard, tiles[:1]).status_code == 303
    late = save(browse(alice), dashboard, tiles[:2], name="Mine")
    assert late.status_code == 409 and "Dana saved version 2" in late.text and 'value="Mine"' in late.text
    assert "alert(1)" in late.text, "what was made is still there"
    assert len(tiles_of(dashboard)) == 1
    assert save(browse(alice), dashboard, tiles[:2], overwrite=2).status_code == 303
    assert len(tiles_of(dashboard)) == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"x": 9}, "beyond the 12 columns"),
        ({"y": -1}, "greater than or equal to 0"),
        ({"w": 0}, "greater than or equal to 1"),
        ({"number": 2}, "is there twice"),
        ({"x": 6}, "lies over the tile"),
        ({"visualization_id": 999}, "no visualization 999"),
        ({"visualization_id": None}, "Choose a visualization"),
        ({"kind": "iframe"}, "visualization"),
        ({"max_stale_ms": -5}, "greater than or equal to 0"),
        ({"text": "x"}, "A visualization has no text"),
        ({"colour": "red"}, "not a known field"),
    ],
)
def test_a_layout_sent_by_hand_is_checked_and_nothing_changes(
    browse: Browse, alice: Actor, dashboard: int, change: dict[str, Any], words: str
) -> None:
    tiles = tiles_of(dashboard)
    answer = save(browse(alice), dashboard, [tiles[0] | change, *tiles[1:]])
    assert answer.status_code == 422 and words in answer.text
    assert tiles_of(dashboard) == tiles
    assert save(browse(alice), dashboard, "x").status_code == 422
    torn = {"name": "Operations", "based_on": 1, "tiles": "["}
    assert browse(alice).post(f"/dashboards/{dashboard}", torn).status_code == 422


def test_the_edit_page_can_be_saved_as_it_stands(browse: Browse, alice: Actor, dashboard: int) -> None:
    page = browse(alice)
    field = re.search(r'name="tiles" value="([^"]*)"', page.get(f"/dashboards/{dashboard}/edit").text)
    assert field
    sent = {"name": "Operations", "based_on": 1, "tiles": unescape(field[1])}
    before = tiles_of(dashboard)
    assert page.post(f"/dashboards/{dashboard}", sent).status_code == 303
    assert tiles_of(dashboard) == before


def test_a_chart_is_added_from_its_query(browse: Browse, alice: Actor, dashboard: int, chart: int) -> None:
    page = browse(alice)
    assert "Operations" in page.get("/dashboards/additions/new?query=1").text
    page.post("/dashboards/additions", {"visualization_id": chart, "dashboard_id": dashboard})
    assert tiles_of(dashboard)[-1] | {"y": 6, "max_stale_ms": 900_000} == tiles_of(dashboard)[-1]
    made = page.post("/dashboards/additions", {"visualization_id": chart, "name": "Another"})
    assert made.headers["Location"] == "/dashboards/2"
    assert page.post("/dashboards/additions", {"visualization_id": chart, "name": ""}).status_code == 422


def test_a_copy_an_archive_and_back(browse: Browse, alice: Actor, dashboard: int) -> None:
    page = browse(alice)
    assert page.post("/dashboards/1/duplicate").headers["Location"] == "/dashboards/2/edit"
    assert len(tiles_of(2)) == 3
    page.post("/dashboards/1/archival")
    assert page.get("/dashboards/1").status_code == 404
    assert "Operations" in page.get("/dashboards?archived=1").text
    assert page.post("/dashboards/1/unarchival").status_code == 303
    assert page.get("/dashboards/1").status_code == 200


def test_a_viewer_looks_and_changes_nothing(browse: Browse, bob: Actor, dashboard: int) -> None:
    page = browse(bob)
    assert "/edit" not in page.get("/dashboards/1").text
    assert page.get("/dashboards").status_code == 200
    for path in ("/dashboards/new", "/dashboards/1/edit", "/dashboards/additions/new?query=1"):
        assert page.get(path).status_code == 403
    for path in ("/dashboards", "/dashboards/1", "/dashboards/1/archival", "/dashboards/1/duplicate"):
        assert page.post(path).status_code == 403


def test_a_stranger_sees_404(browse: Browse, charlie: Actor, dashboard: int, chart: int) -> None:
    page = browse(charlie)
    for path in ("1", "1/edit", "1/pulse", "1/values", "1/versions/1/layout.css"):
        assert page.get(f"/dashboards/{path}").status_code == 404, path
    for path in (
        "additions/new?query=1",
        f"additions/new?visualization={chart}",
        f"tiles/new?visualization={chart}",
    ):
        assert page.get(f"/dashboards/{path}").status_code == 404, path
    for path in ("1", "1/refreshes", "1/duplicate", "1/archival", "1/unarchival"):
        assert page.post(f"/dashboards/{path}").status_code == 404, path
    assert page.post("/dashboards/additions", {"visualization_id": chart}).status_code == 404
    assert "Operations" not in page.get("/dashboards").text
    for method, path in (
        ("GET", "1"),
        ("POST", "1/refreshes"),
        ("POST", "1/archival"),
        ("POST", "1/unarchival"),
        ("POST", "1"),
    ):
        assert page.api(method, f"/v1/dashboards/{path}").status_code == 404, path
    stolen = {"name": "Mine", "tiles": [drawn(chart)]}
    assert page.api("POST", "/v1/dashboards", stolen).status_code == 422


def test_the_api_makes_reads_and_refreshes(browse: Browse, alice: Actor, query: Query, chart: int) -> None:
    page = browse(alice)
    made = page.api("POST", "/v1/dashboards", {"name": "From a script", "tiles": [drawn(chart)]})
    assert made.status_code == 201 and made.json["state"] == "never run"
    assert page.api("POST", "/v1/dashboards/1/refreshes").json["asked"] == 1
    execute_run(1)
    shown = page.api("GET", "/v1/dashboards/1").json
    assert (shown["state"], shown["tiles"][0]["run_id"], shown["tiles"][0]["row_count"]) == ("fresh", 1, 3)
    body = {"name": "Again", "tiles": [drawn(chart, number=1, w=12)], "based_on": 1}
    assert page.api("POST", "/v1/dashboards/1", body).json["version"] == 2
    assert page.api("POST", "/v1/dashboards/1", body).status_code == 409
    assert page.api("GET", "/v1/dashboards").json["dashboards"][0]["tile_count"] == 1
    assert page.api("POST", "/v1/dashboards/1/archival").status_code == 204
    assert page.api("POST", "/v1/dashboards/1/unarchival").json["version"] == 2
    assert page.api("POST", "/v1/dashboards/1/unarchival").status_code == 409
