"""Versions of a dashboard: listed, compared, and brought back."""

from collections.abc import Callable

from app.accounts.allow import Actor
from app.queries.models import Query
from tests.browsing import Browser
from tests.dashboards.conftest import drawn, make_chart
from tests.dashboards.test_pages import save, tiles_of

Browse = Callable[[Actor | None], Browser]


def test_versions_are_listed_compared_and_one_is_brought_back(
    browse: Browse, alice: Actor, bob: Actor, dashboard: int, query: Query
) -> None:
    page, first = browse(alice), tiles_of(dashboard)
    other = make_chart(alice, query, "table", {})
    moved = first[0] | {"w": 5, "visualization_id": other, "max_stale_ms": 0}
    save(page, dashboard, [moved, drawn(other, y=9, title="New")])
    listed = browse(bob).get(f"/dashboards/{dashboard}/versions").text
    assert "Version 2" in listed and "newest" in listed
    shown = browse(bob).get(f"/dashboards/{dashboard}/versions/2").text
    for words in ("5 wide", "always run", "New", "Text 2", "Section 3", "Tiles that differ"):
        assert words in shown, words
    assert "Restore as" not in shown and "Restore as version 3" in page.get("/dashboards/1/versions/1").text
    assert page.post(f"/dashboards/{dashboard}/versions/1/restoration").status_code == 303
    assert tiles_of(dashboard) == first
    again = browse(bob).get(f"/dashboards/{dashboard}/versions/3?with=1").text
    assert "have the same tiles" in again
    assert page.post(f"/dashboards/{dashboard}/versions/3/restoration").status_code == 409


def test_what_has_gone_since_comes_back_as_gone(browse: Browse, alice: Actor, dashboard: int) -> None:
    page, first = browse(alice), tiles_of(dashboard)
    save(page, dashboard, first[1:])
    page.post("/visualizations/1/deletion")
    assert page.api("POST", f"/v1/dashboards/{dashboard}/versions/1/restoration").status_code == 201
    assert "was deleted" in page.get(f"/dashboards/{dashboard}").text


def test_the_api_tells_versions(browse: Browse, bob: Actor, dashboard: int) -> None:
    page = browse(bob)
    listed = page.api("GET", f"/v1/dashboards/{dashboard}/versions").json
    assert [(each["version"], each["tile_count"]) for each in listed["versions"]] == [(1, 3)]
    one = page.api("GET", f"/v1/dashboards/{dashboard}/versions/1").json
    assert one["saved_by"] == "alice@example.com" and len(one["tiles"]) == 3
    assert page.api("GET", f"/v1/dashboards/{dashboard}/versions/9").status_code == 404


def test_strangers_see_404_and_viewers_restore_nothing(
    browse: Browse, bob: Actor, charlie: Actor, dashboard: int
) -> None:
    for path in ("versions", "versions/1", "tiles/1", "print"):
        assert browse(charlie).get(f"/dashboards/{dashboard}/{path}").status_code == 404, path
    for path in ("versions", "versions/1"):
        assert browse(charlie).api("GET", f"/v1/dashboards/{dashboard}/{path}").status_code == 404, path
    restoration = f"/dashboards/{dashboard}/versions/1/restoration"
    assert browse(charlie).post(restoration).status_code == 404
    assert browse(charlie).api("POST", f"/v1{restoration}").status_code == 404
    assert browse(bob).post(restoration).status_code == 403
