"""A result that a limit cut says so at every door, in one word."""

from dataclasses import replace
from io import BytesIO

import pyarrow.parquet as pq
import pytest

from app.core import db, runtime
from app.dashboards.check import TileBody
from app.dashboards.save import create_dashboard
from app.queries.models import Query
from app.runs.execute import execute_run
from app.visualizations.create import create_visualization
from tests.dashboards.conftest import drawn
from tests.makers import make_query, read_run

SQL = "select n, repeat('x', 100) as t from generate_series(1, 25) n"
CUTS = {"rows": {"run_max_rows": 10}, "bytes": {"run_max_bytes": 1150}}


@pytest.fixture
def query(alice, source) -> Query:
    return make_query(alice, source, SQL, "Too long")


def show(actor, query: Query) -> tuple[int, int]:
    """Numbers of a line over the query, and of a dashboard with that and its rows."""
    with db.transaction() as session:
        line = create_visualization(
            session, actor, query, name="Line", kind="line", options={"x": "n", "y": ["n"]}
        ).id
        rows = create_visualization(session, actor, query, name="Rows", kind="table", options={}).id
        tiles = [TileBody.model_validate(drawn(line)), TileBody.model_validate(drawn(rows, y=5))]
        return line, create_dashboard(session, actor, name="Cut", tiles=tiles).id


@pytest.mark.parametrize("cut", CUTS)
def test_grid_chart_tile_file_and_api_say_the_same(browse, alice, query, monkeypatch, cut):
    monkeypatch.setattr(runtime, "_settings", replace(runtime.settings(), **CUTS[cut]))
    line, dashboard = show(alice, query)
    page = browse(alice)
    assert page.api("POST", f"/v1/dashboards/{dashboard}/refreshes").status_code == 202
    execute_run(1)
    run = read_run(1)
    assert (run.state, run.truncated_by, run.row_count) == ("succeeded", cut, 10)

    said = {
        path: page.api("GET", path).json
        for path in (
            "/v1/runs/1",
            "/v1/runs/1/rows",
            "/v1/runs/1/columns",
            "/v1/runs/1/points?x=n&y=n",
            f"/v1/queries/{query.id}/result?max_stale_ms=60000",
        )
    }
    assert {path: (body.get("run") or body)["truncated_by"] for path, body in said.items()} == dict.fromkeys(
        said, cut
    )
    tiles = page.api("GET", f"/v1/dashboards/{dashboard}").json["tiles"]
    assert [tile["truncated_by"] for tile in tiles] == [cut, cut]
    assert page.api("GET", "/v1/runs").json["runs"][0]["truncated_by"] == cut
    findings = page.api("GET", "/v1/runs/1/evidence").json["body"]["findings"]
    assert {"code": "truncated", "subject": cut} in findings

    grid = page.get("/runs/1").text
    assert f'truncated-by="{cut}"' in grid and "This result was cut" in grid
    assert f"Cut at the limit of {cut}" in page.get("/runs").text
    assert page.get(f"/dashboards/{dashboard}").text.count(f"Cut by {cut}") == 2
    assert f"cut at its limit of {cut}" in page.get(f"/visualizations/{line}").text
    table = page.get(f"/queries/{query.id}/visualizations?run=1&view=table", htmx=True).text
    assert f'truncated-by="{cut}"' in table

    csv = page.api("GET", "/v1/runs/1/export?format=csv")
    assert csv.headers["Plumbline-Truncated-By"] == cut
    assert "-truncated.csv" in csv.headers["Content-Disposition"]
    parquet = page.api("GET", "/v1/runs/1/export?format=parquet").data
    assert pq.read_schema(BytesIO(parquet)).metadata[b"plumbline.truncated_by"] == cut.encode()


def test_a_whole_result_says_nothing_of_it(browse, alice, query):
    run_id = browse(alice).api("POST", "/v1/runs", {"query_id": query.id}).json["id"]
    execute_run(run_id)
    assert browse(alice).api("GET", f"/v1/runs/{run_id}").json["truncated_by"] is None
    assert "truncated-by" not in browse(alice).get(f"/runs/{run_id}").text
    headers = browse(alice).api("GET", f"/v1/runs/{run_id}/export?format=csv").headers
    assert "Plumbline-Truncated-By" not in headers
