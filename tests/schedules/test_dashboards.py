"""A schedule of a dashboard: each due time asks what its tiles ask, and is one row of the ledger."""

from typing import Any

import pytest
from sqlalchemy import func, select

from app.accounts.allow import Actor
from app.core import db
from app.core.errors import Invalid
from app.dashboards.find import find_dashboard
from app.datasources.models import Datasource
from app.queries.parameters import Declared, ParameterKind
from app.runs.execute import execute_run
from app.runs.models import Run, RunValue
from app.saved.archive import archive
from app.schedules.fire import fire_due
from app.schedules.settle import settle_all
from app.schedules.standing import standings
from tests.dashboards.conftest import drawn, make_chart, make_dashboard
from tests.makers import make_query
from tests.schedules.ledgers import MINUTE, START, ledger, outcomes, set_for_dashboard

DAYS = (Declared("days", ParameterKind.INTEGER, "3"),)
FLIGHTS = "select date '2013-01-01' + n::int as day, n as flights from generate_series(1, {{ days }}) n"


@pytest.fixture
def dashboard(alice: Actor, source: Datasource) -> int:
    """Two charts of one query, one of a query that fails where `days` is 1, and a text."""
    flights = make_query(alice, source, FLIGHTS, "Flights", DAYS)
    share = make_query(alice, source, "select 1 / ({{ days }} - 1) as share", "Share", DAYS)
    return make_dashboard(
        alice,
        drawn(make_chart(alice, flights), title="By day"),
        drawn(make_chart(alice, flights), y=5, title="By day again"),
        drawn(make_chart(alice, share, "stat", {"value": "share"}), y=10, title="Share"),
        {"kind": "text", "x": 6, "y": 0, "w": 6, "h": 5, "text": "Words"},
    )


def execute_all(schedule_id: int) -> None:
    for run_id in {tile.run_id for tile in ledger(schedule_id)[-1].tiles if tile.run_id}:
        execute_run(run_id)


def test_a_due_time_asks_what_the_tiles_ask_and_is_one_row(alice: Actor, dashboard: int):
    schedule = set_for_dashboard(alice, dashboard, parameters={"days": "7"})
    fire_due(START)
    (refresh,) = ledger(schedule)
    first, second, share = refresh.tiles
    assert (refresh.outcome, refresh.run_id, refresh.reason) == ("ran", None, None)
    assert [tile.name for tile in refresh.tiles] == ["By day", "By day again", "Share"]
    assert (first.outcome, second.outcome, share.outcome) == ("ran", "joined", "ran")
    assert first.run_id == second.run_id != share.run_id
    with db.new_session() as session:
        values = session.scalars(select(RunValue.value)).all()
        assert (session.scalar(select(func.count()).select_from(Run)), set(values)) == (2, {"7"})
    execute_all(schedule)
    assert (settle_all(), ledger(schedule)[0].ended) == (1, "succeeded")


def test_it_is_not_run_over_and_says_which_tiles_failed(browse: Any, alice: Actor, dashboard: int):
    schedule = set_for_dashboard(alice, dashboard, parameters={"days": "1"})
    fire_due(START)
    fire_due(START + 10 * MINUTE)
    assert ledger(schedule)[1].reason == "Its previous refresh had not ended."
    execute_run(ledger(schedule)[0].tiles[0].run_id or 0)
    assert settle_all() == 0
    execute_run(ledger(schedule)[0].tiles[2].run_id or 0)
    assert settle_all() == 1
    assert ledger(schedule)[0].ended == "partly"
    with db.new_session() as session:
        standing = standings(session, [schedule])[schedule]
    assert (standing.failures, standing.troubles) == (0, 1)
    told = browse(alice).api("GET", f"/v1/schedules/{schedule}/refreshes").json["refreshes"][1]
    assert (told["state"], told["reason"]) == ("partly", "1 of 3 tiles failed: Share.")
    assert [(tile["name"], tile["state"]) for tile in told["tiles"]] == [
        ("By day", "succeeded"), ("By day again", "succeeded"), ("Share", "failed"),
    ]  # fmt: skip
    page = browse(alice).get(f"/schedules/{schedule}").text
    assert "Partly failed" in page and "1 of 3 tiles failed: Share." in page
    assert "Partly failed" in browse(alice).get("/schedules?failing").text
    assert "Partly failed" in browse(alice).get(f"/dashboards/{dashboard}/schedules/strip", htmx=True).text


def test_what_was_archived_since_is_the_reason(alice: Actor, dashboard: int):
    schedule = set_for_dashboard(alice, dashboard)
    with db.transaction() as session:
        archive(session, alice, find_dashboard(session, alice, dashboard))
    fire_due(START)
    assert (outcomes(schedule), ledger(schedule)[0].reason) == (["failed"], "Operations was archived.")


def test_it_is_refused_where_it_makes_no_sense(alice: Actor, source: Datasource, dashboard: int):
    empty = make_dashboard(alice, {"kind": "text", "x": 0, "y": 0, "w": 6, "h": 5, "text": "Words"})
    for wrong, said, field in [
        (empty, {}, "dashboard_id"),
        (dashboard, {"parameters": {"days": "many"}}, "parameters.days"),
        (dashboard, {"parameters": {"no_such": "1"}}, "parameters.no_such"),
    ]:
        with pytest.raises(Invalid) as refused:
            set_for_dashboard(alice, wrong, **said)
        assert list(refused.value.fields) == [field]


def test_pages_and_doors_of_a_dashboards_schedules(
    browse: Any, alice: Actor, bob: Actor, charlie: Actor, dashboard: int
):
    daily = {"kind": "daily", "at": "06:00", "time_zone": "Europe/Berlin"}
    address = f"/dashboards/{dashboard}/schedules"
    made = browse(alice).api("POST", "/v1/schedules", {"dashboard_id": dashboard, **daily}).json
    assert (made["dashboard_id"], made["query_id"]) == (dashboard, None)
    assert browse(alice).post(address, daily | {"parameters.days": "9"}).status_code == 303
    assert browse(alice).post(f"{address}/preview", daily, htmx=True).text.count("06:00</time>") == 5
    for path in ("/schedules", address, f"{address}/strip"):
        assert "Every day at 06:00 Europe/Berlin" in browse(bob).get(path).text
    assert "Operations" in browse(bob).get(f"/schedules/{made['id']}").text
    for path in (address, f"{address}/strip"):
        assert browse(charlie).get(path).status_code == 404
    for path in (address, f"{address}/preview"):
        assert browse(charlie).post(path, daily).status_code == 404
    both = browse(alice).api("POST", "/v1/schedules", {"dashboard_id": dashboard, "query_id": 1, **daily})
    assert both.status_code == 422
