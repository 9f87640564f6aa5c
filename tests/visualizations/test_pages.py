"""Tabs of a result and the form that draws, as an editor, a viewer and a stranger meet them."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.models import Org
from app.core import db
from app.datasources.models import Datasource
from app.queries.models import Query
from app.runs.execute import execute_run
from app.runs.models import Run
from app.visualizations.create import create_visualization
from app.visualizations.kinds.line import LineOptions
from app.visualizations.models import Visualization
from tests.browsing import Browser
from tests.makers import make_query
from tests.queries.counting import statements

Browse = Callable[[Actor | None], Browser]
SQL = "select date '2013-01-01' + n as day, n as flights from generate_series(1, 3) n"
LINE = {"x": "day", "y": ["flights"]}


@pytest.fixture
def query(alice: Actor, source: Datasource) -> Query:
    return make_query(alice, source, SQL, "Flights a day")


@pytest.fixture
def run(browse: Browse, alice: Actor, query: Query, session: Session) -> Run:
    """A succeeded run of the query."""
    browse(alice).post("/runs", {"query_id": query.id})
    execute_run(1)
    return session.get_one(Run, 1)


def make_line(actor: Actor, query: Query, options: dict[str, Any] = LINE, name: str = "By day") -> int:
    with db.transaction() as session:
        return create_visualization(session, actor, query, name=name, kind="line", options=options).id


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Visualization)) or 0


def test_the_form_starts_with_a_good_drawing(browse: Browse, alice: Actor, run: Run) -> None:
    text = browse(alice).get("/queries/1/visualizations/new").text
    assert '<plumb-chart src="/v1/runs/1/columns"' in text
    assert '"kind": "line"' in text and 'value="flights by day"' in text


def test_a_chart_is_added_changed_and_deleted(
    browse: Browse, alice: Actor, query: Query, run: Run, session: Session
) -> None:
    page = browse(alice)
    form = {"name": "By day", "kind": "line", "x": "day", "y": ["flights"], "series": "", "drawn": "line"}
    made = page.post("/queries/1/visualizations", form)
    assert (made.status_code, made.headers["Location"]) == (303, "/queries/1?view=1")
    assert session.get_one(Visualization, 1).options == LineOptions(**LINE).model_dump()
    bars = {"name": "Bars", "kind": "bar", "x": "day", "y": ["flights"], "stacked": "true"}
    assert page.post("/visualizations/1", bars).status_code == 303
    session.expire_all()
    changed = session.get_one(Visualization, 1)
    assert (changed.name, changed.kind, changed.options["stacked"]) == ("Bars", "bar", True)
    session.rollback()
    assert page.post("/visualizations/1/deletion").headers["Location"] == "/queries/1"
    assert count(session) == 0


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": ""}, "Give it a name"),
        ({"kind": "spiral"}, "Choose one of the kinds"),
        ({"x": ""}, "This is required"),
        ({"y": []}, "This is required"),
        ({"y": ["gone"]}, "no column “gone”"),
        ({"y": ["day"]}, "“day” is date"),
    ],
)
def test_bad_input_is_said_at_its_field_and_nothing_changes(
    browse: Browse,
    alice: Actor,
    query: Query,
    run: Run,
    session: Session,
    changed: dict[str, Any],
    words: str,
) -> None:
    form = {"name": "By day", "kind": "line", "x": "day", "y": ["flights"]} | changed
    answer = browse(alice).post("/queries/1/visualizations", form)
    assert answer.status_code == 422
    assert words in answer.text
    assert count(session) == 0
    made = make_line(alice, query)
    assert browse(alice).post(f"/visualizations/{made}", form).status_code == 422
    assert session.get_one(Visualization, made).options["y"] == ["flights"]


def test_a_preview_draws_what_is_picked(browse: Browse, alice: Actor, run: Run) -> None:
    page = browse(alice)
    url = "/queries/1/visualizations/preview"
    drawn = page.post(url, {"kind": "stat", "drawn": "stat", "value": "flights"}, htmx=True).text
    assert '"kind": "stat"' in drawn and "<html" not in drawn
    switched = page.post(url, {"kind": "bar", "drawn": "stat", "value": "flights"}, htmx=True).text
    assert '"kind": "bar"' in switched and '"x": "day"' in switched
    empty = page.post(url, {"kind": "line", "drawn": "line", "x": "day"}, htmx=True)
    assert empty.status_code == 200 and "Still to choose: up (y)" in empty.text
    table = page.post(url, {"kind": "table", "drawn": "line"}, htmx=True).text
    assert "<plumb-grid" in table
    assert page.post(url, {"kind": "pie"}, htmx=True).status_code == 200


def test_a_preview_says_what_is_wrong_at_its_field_and_draws_what_is_right(
    browse: Browse, alice: Actor, run: Run
) -> None:
    page = browse(alice)
    url = "/queries/1/visualizations/preview"
    bars = {"kind": "bar", "drawn": "bar", "x": "day", "y": ["flights"]}
    wrong = page.post(url, bars | {"lines": "Target"}, htmx=True).text
    assert "Begin each line with a number" in wrong and "<plumb-chart" not in wrong
    assert 'name="more" value="true" checked' in wrong
    right = page.post(url, bars | {"lines": "2 Target", "horizontal": "true", "top": "5"}, htmx=True).text
    assert '"lines": [{"label": "Target", "value": 2.0}]' in right and '"horizontal": true' in right
    assert 'value="2 Target"' in right
    area = {"kind": "area", "drawn": "bar", "x": "day", "y": ["flights"]}
    assert '"stacked": true' in page.post(url, area, htmx=True).text
    assert '"stacked": false' in page.post(url, area | {"drawn": "area"}, htmx=True).text


def test_the_island_is_told_the_zone_and_when_the_data_was_seen(
    browse: Browse, alice: Actor, query: Query, run: Run, session: Session
) -> None:
    made = make_line(alice, query)
    text = browse(alice).get(f"/queries/1/visualizations?run=1&view={made}", htmx=True).text
    assert run.started_at is not None
    assert f'"as_of": {int(run.started_at.timestamp() * 1000)}' in text and '"zone": "UTC"' in text
    session.get_one(Org, alice.org_id).time_zone = "America/Toronto"
    session.commit()
    text = browse(alice).get(f"/queries/1/visualizations?run=1&view={made}", htmx=True).text
    assert '"zone": "America/Toronto"' in text


def test_the_tabs_show_the_first_chart_the_rows_or_what_was_chosen(
    browse: Browse, alice: Actor, query: Query, run: Run
) -> None:
    made = make_line(alice, query)
    page = browse(alice)
    first = page.get("/queries/1/visualizations?run=1", htmx=True).text
    assert "<plumb-chart" in first and "By day" in first and "Add chart" in first
    rows = page.get("/queries/1/visualizations?run=1&view=table", htmx=True).text
    assert "<plumb-grid" in rows and "<plumb-chart" not in rows
    chart = page.get(f"/queries/1/visualizations?run=1&view={made}", htmx=True).text
    assert "<plumb-chart" in chart and "<plumb-grid" not in chart
    kept = page.client.get(
        "/queries/1/visualizations?run=1",
        headers={"HX-Request": "true", "HX-Current-URL": f"http://localhost/queries/1?view={made}"},
    ).text
    assert "<plumb-chart" in kept
    plain = page.get(f"/queries/1/visualizations?run=1&view={made}")
    assert plain.headers["Location"] == f"/queries/1?run=1&view={made}"


def test_a_column_that_has_gone_is_said_and_the_rest_works(
    browse: Browse, alice: Actor, query: Query, run: Run
) -> None:
    made = make_line(alice, query, {"x": "day", "y": ["gone"]})
    page = browse(alice)
    text = page.get(f"/queries/1/visualizations?run=1&view={made}", htmx=True).text
    assert "no column “gone” any more" in text and "<plumb-chart" not in text
    edit = page.get(f"/visualizations/{made}").text
    assert "<plumb-grid" in page.get("/queries/1/visualizations?run=1", htmx=True).text
    assert "gone (not in the result)" in edit and "no column “gone” any more" in edit
    assert "<plumb-grid" in page.get("/queries/1/visualizations?run=1&view=table", htmx=True).text


def test_without_a_run_the_form_says_what_to_do(browse: Browse, alice: Actor, query: Query) -> None:
    answer = browse(alice).get("/queries/1/visualizations/new")
    assert answer.status_code == 200 and "Run the query once" in answer.text


def test_the_run_just_before_the_first_save_serves_too(
    browse: Browse, alice: Actor, source: Datasource
) -> None:
    page = browse(alice)
    page.post("/runs", {"datasource_id": source.id, "sql": SQL})
    execute_run(1)
    make_query(alice, source, SQL)
    assert "/v1/runs/1/columns" in page.get("/queries/1/visualizations/new").text


def test_a_cut_result_is_said_beside_the_drawing(
    browse: Browse, alice: Actor, run: Run, session: Session
) -> None:
    run.truncated_by = "rows"
    session.commit()
    assert "This result was cut" in browse(alice).get("/queries/1/visualizations/new").text


def test_a_viewer_looks_and_changes_nothing(
    browse: Browse, alice: Actor, bob: Actor, query: Query, run: Run
) -> None:
    made = make_line(alice, query)
    page = browse(bob)
    text = page.get(f"/queries/1/visualizations?run=1&view={made}", htmx=True).text
    assert "<plumb-chart" in text and "Add chart" not in text and "Edit" not in text
    assert page.get("/queries/1/visualizations/new").status_code == 403
    assert page.post("/queries/1/visualizations/preview").status_code == 403
    assert page.post("/queries/1/visualizations").status_code == 403
    assert page.get(f"/visualizations/{made}").status_code == 403
    assert page.post(f"/visualizations/{made}").status_code == 403
    assert page.post(f"/visualizations/{made}/deletion").status_code == 403


def test_a_stranger_sees_404(
    browse: Browse, alice: Actor, charlie: Actor, query: Query, run: Run, session: Session
) -> None:
    made = make_line(alice, query)
    page = browse(charlie)
    for path in ("/queries/1/visualizations", "/queries/1/visualizations/new", f"/visualizations/{made}"):
        assert page.get(path).status_code == 404
        assert page.get(path, htmx=True).status_code == 404
    for path in (
        "/queries/1/visualizations",
        "/queries/1/visualizations/preview",
        f"/visualizations/{made}",
        f"/visualizations/{made}/deletion",
    ):
        assert page.post(path).status_code == 404
    assert count(session) == 1


def test_a_run_of_something_else_is_404(browse: Browse, alice: Actor, source: Datasource, run: Run) -> None:
    make_query(alice, source, name="Another")
    page = browse(alice)
    assert page.get("/queries/2/visualizations?run=1", htmx=True).status_code == 404
    assert page.get("/queries/1/visualizations?run=99999999999999999999", htmx=True).status_code == 404


def test_ten_charts_take_as_many_statements_as_one(
    browse: Browse, alice: Actor, query: Query, run: Run
) -> None:
    make_line(alice, query)
    page = browse(alice)
    with statements() as few:
        page.get("/queries/1/visualizations?run=1", htmx=True)
    for number in range(9):
        make_line(alice, query, name=f"Chart {number}")
    with statements() as many:
        assert "Chart 8" in page.get("/queries/1/visualizations?run=1", htmx=True).text
    assert len(many) == len(few)


def test_column_names_stay_text(browse: Browse, alice: Actor, source: Datasource) -> None:
    sql = """select 1 as "</script><img src=x onerror=alert(1)>" """
    make_query(alice, source, sql)
    page = browse(alice)
    page.post("/runs", {"query_id": 1})
    execute_run(1)
    for path in ("/queries/1/visualizations?run=1", "/queries/1/visualizations/new"):
        assert "<img src=x" not in page.get(path, htmx=True).text


def test_a_copy_has_the_newest_version_and_the_charts(
    browse: Browse, alice: Actor, bob: Actor, query: Query, session: Session
) -> None:
    make_line(alice, query)
    assert browse(bob).post("/queries/1/fork").status_code == 403
    page = browse(alice)
    assert page.post("/queries/1/fork").headers["Location"] == "/queries/2"
    copied = page.api("GET", "/v1/queries/2").json
    assert (copied["name"], copied["sql"], copied["version"]) == ("Copy of Flights a day", SQL, 1)
    charts = session.scalars(select(Visualization).where(Visualization.query_id == 2)).all()
    assert [(each.name, each.options["y"]) for each in charts] == [("By day", ["flights"])]
