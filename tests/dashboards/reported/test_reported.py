"""Saved reports on tiles: asked when they are too old, once for all, and never shown to who may not ask."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from app.accounts.allow import Actor
from app.core import db
from app.reporting.explained import TooSlow
from app.reports import answer as answers
from tests.browsing import Browser
from tests.dashboards.conftest import make_dashboard
from tests.dashboards.test_pages import badge, facts
from tests.queries.counting import statements
from tests.reporting.asking import fact, keep

Browse = Callable[[Actor | None], Browser]
QUESTION = {
    "name": "Failures",
    "dataset": "runs",
    "period": "2026-03-01..2026-03-31",
    "dimensions": ["datasource"],
    "measures": ["run_count"],
    "order_by": [{"measure": "run_count", "direction": "desc"}],
    "chart": "bar",
}


@pytest.fixture
def report(browse: Browse, alice: Actor) -> int:
    """Number of a saved report over three runs, drawn as bars."""
    keep(
        fact(1, alice.org_id, datasource="Flights"),
        fact(2, alice.org_id, datasource="Flights"),
        fact(3, alice.org_id, datasource="Bills"),
    )
    return saved(browse(alice))


@pytest.fixture
def board(alice: Actor, report: int) -> int:
    return make_dashboard(alice, standing(report))


def saved(browser: Browser, **changes: Any) -> int:
    number: int = browser.api("POST", "/v1/saved-reports", QUESTION | changes).json["id"]
    return number


def standing(report: int, **fields: Any) -> dict[str, Any]:
    """A tile with this report, as it is sent."""
    usual = {"kind": "report", "x": 0, "y": 0, "w": 6, "h": 5, "max_stale_ms": 900_000}
    return usual | {"report_id": report} | fields


def asked_so_often() -> int:
    with db.new_session() as session:
        return session.scalar(text("select count(*) from report_answers")) or 0


def pushed(minutes: int) -> None:
    """As if every answer had been given so long ago."""
    then = f"interval '{minutes} min'"
    with db.transaction() as session:
        session.execute(
            text(f"update report_answers set asked_at = asked_at - {then}, as_of = as_of - {then}")
        )


def test_a_report_on_a_tile_is_asked_once_and_shown_with_its_evidence(
    browse: Browse, bob: Actor, board: int, report: int
) -> None:
    page = browse(bob)
    opened = page.get(f"/dashboards/{board}").text
    assert badge(opened) == "never run" and "Not loaded yet: Failures" in opened
    changed = page.post(f"/dashboards/{board}/refreshes", htmx=True).text
    assert badge(changed) == "fresh"
    assert '"values":[["Flights","Bills"],[2,1]]' in changed and '"kind": "bar"' in changed
    said = facts(page, changed)
    assert f"/v1/saved-reports/{report}/answers/1/evidence" in said and f'"/reports/{report}"' in said
    for _ in range(2):
        page.post(f"/dashboards/{board}/refreshes", htmx=True)
    assert asked_so_often() == 1
    pushed(20)
    assert badge(page.get(f"/dashboards/{board}").text) == "late"
    page.post(f"/dashboards/{board}/refreshes", htmx=True)
    page.post(f"/dashboards/{board}/refreshes?tile=1", htmx=True)
    assert asked_so_often() == 3


def test_many_who_open_it_at_once_share_one_answer(app: Any, bob: Actor, board: int) -> None:
    viewers = [Browser(app, bob) for _ in range(6)]
    ready = threading.Barrier(len(viewers))
    found: list[int] = []

    def look(browser: Browser) -> None:
        ready.wait()
        found.append(browser.post(f"/dashboards/{board}/refreshes", htmx=True).status_code)

    threads = [threading.Thread(target=look, args=(each,)) for each in viewers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (found, asked_so_often()) == ([200] * 6, 1)


def test_a_try_in_vain_keeps_the_old_answer_with_time_and_reason(
    browse: Browse, bob: Actor, board: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = browse(bob)
    page.post(f"/dashboards/{board}/refreshes", htmx=True)
    pushed(20)

    def slow(*_: object) -> None:
        raise TooSlow(10_000)

    with monkeypatch.context() as patched:
        patched.setattr(answers, "answer", slow)
        for _ in range(2):
            shown = page.post(f"/dashboards/{board}/refreshes", htmx=True).text
    assert badge(shown) == "failing" and "Not refreshed at" in shown
    tile = browse(bob).api("GET", f"/v1/dashboards/{board}").json["tiles"][0]
    assert (tile["state"], tile["answer_id"], tile["row_count"]) == ("failing", 1, 2)
    assert tile["failing"]["tries"] == 1, "it is not tried again at once"
    page.post(f"/dashboards/{board}/refreshes?tile=1", htmx=True)
    assert badge(page.get(f"/dashboards/{board}").text) == "fresh"


def test_rows_are_a_table_and_none_is_said(browse: Browse, alice: Actor, bob: Actor, report: int) -> None:
    rows = saved(browse(alice), name="Rows", chart="none")
    none = saved(browse(alice), name="None", period="2020-01-01..2020-01-02")
    board = make_dashboard(alice, standing(rows, title="By source"), standing(none, y=5))
    shown = browse(bob).post(f"/dashboards/{board}/refreshes", htmx=True).text
    assert '<caption class="visually-hidden">By source</caption>' in shown and "<td>Bills</td>" in shown
    assert "Zero rows" in shown


def test_it_is_shown_only_to_who_may_ask_it(
    browse: Browse, dana: Actor, alice: Actor, bob: Actor, report: int
) -> None:
    secret = saved(browse(dana), name="People", dimensions=["person"])
    board = make_dashboard(alice, standing(secret), standing(report, y=5))
    seen = browse(dana).post(f"/dashboards/{board}/refreshes", htmx=True).text
    assert badge(seen, 1) == "fresh"
    hidden = browse(bob).get(f"/dashboards/{board}").text
    assert badge(hidden, 1) == "unknown" and "There is no dimension" in hidden
    assert f"/v1/saved-reports/{secret}/" not in hidden and f"/v1/saved-reports/{report}/" in hidden
    told = browse(bob).api("GET", f"/v1/dashboards/{board}").json["tiles"][0]
    assert (told["answer_id"], told["row_count"]) == (None, None)


def test_what_cannot_be_asked_says_so_and_the_others_work(
    browse: Browse, alice: Actor, bob: Actor, charlie: Actor, report: int
) -> None:
    other = saved(browse(alice), name="Other")
    board = make_dashboard(alice, standing(report), standing(other, y=5))
    browse(alice).post(f"/reports/{report}/archival")
    shown = browse(bob).post(f"/dashboards/{board}/refreshes", htmx=True).text
    assert "The report Failures is archived" in browse(bob).get(f"/dashboards/{board}").text
    assert badge(shown, 2) == "fresh" and asked_so_often() == 1
    body = {"name": "Mine", "tiles": [standing(other)]}
    refused = browse(charlie).api("POST", "/v1/dashboards", body)
    assert refused.status_code == 422 and "tiles.0" in refused.json["fields"]
    for wrong in ({"text": "x"}, {"bindings": [{"parameter": "a", "kind": "own"}]}, {"report_id": None}):
        body = {"name": "Mine", "tiles": [standing(other, **wrong)]}
        assert browse(alice).api("POST", "/v1/dashboards", body).status_code == 422, wrong


def test_it_is_edited_copied_compared_and_hung_up(
    browse: Browse, alice: Actor, board: int, report: int
) -> None:
    page = browse(alice)
    edit = page.get(f"/dashboards/{board}/edit").text
    assert '"says": "runs, 2026-03-01..2026-03-31"' in edit and "Never asked" in edit
    assert "Never asked" in page.get(f"/dashboards/tiles/new?report={report}").text
    copy = page.post(f"/dashboards/{board}/duplicate").location.split("/")[2]
    tiles = page.api("GET", f"/v1/dashboards/{copy}").json["tiles"]
    assert [tile["report_id"] for tile in tiles] == [report]
    moved = [standing(report, number=1, max_stale_ms=0)]
    page.api("POST", f"/v1/dashboards/{board}", {"name": "Operations", "based_on": 1, "tiles": moved})
    compared = page.get(f"/dashboards/{board}/versions/2").text
    assert "at most 15 min old" in compared and "always run" in compared
    token = page.api("POST", f"/v1/dashboards/{board}/walls", {"name": "Hall"}).json["token"]
    wall = browse(None).post(f"/wall/{token}/refreshes", htmx=True, csrf=False).text
    assert '"values":[["Flights","Bills"],[2,1]]' in wall and "/evidence" not in wall


def test_many_reports_take_one_statement(browse: Browse, alice: Actor, report: int) -> None:
    page = browse(alice)

    def asked(count: int) -> int:
        board = make_dashboard(alice, *(standing(report, y=5 * each) for each in range(count)))
        with statements() as counted:
            assert page.get(f"/dashboards/{board}").status_code == 200
        return len(counted)

    assert asked(2) == asked(12)


def test_a_report_is_added_from_its_page_and_not_by_a_stranger(
    browse: Browse, alice: Actor, bob: Actor, charlie: Actor, board: int, report: int
) -> None:
    page = browse(alice)
    assert f"/dashboards/additions/new?report={report}" in page.get(f"/reports/{report}").text
    assert "Operations" in page.get(f"/dashboards/additions/new?report={report}").text
    page.post("/dashboards/additions", {"report_id": report, "dashboard_id": board})
    tiles = page.api("GET", f"/v1/dashboards/{board}").json["tiles"]
    assert [(tile["report_id"], tile["y"]) for tile in tiles] == [(report, 0), (report, 5)]
    assert page.post("/dashboards/additions", {"report_id": report, "name": ""}).status_code == 422
    for path in (f"additions/new?report={report}", f"tiles/new?report={report}"):
        assert browse(bob).get(f"/dashboards/{path}").status_code == 403
        assert browse(charlie).get(f"/dashboards/{path}").status_code == 404
    made = browse(charlie).post("/dashboards/additions", {"report_id": report, "name": "Mine"})
    assert made.status_code == 404
