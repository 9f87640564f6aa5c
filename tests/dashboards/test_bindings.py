"""Where tiles get their values: shared with the dashboard, their own, or always the same."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.allow import Actor
from app.core import db
from app.dashboards.markdown import as_html
from app.datasources.models import Datasource
from app.queries.models import Query
from app.queries.parameters import Declared, ParameterKind
from app.queries.save import save_version
from app.runs.execute import execute_run
from app.runs.models import Run, RunValue
from tests.browsing import Browser
from tests.dashboards.conftest import SQL, drawn, make_chart, make_dashboard
from tests.makers import make_query

Browse = Callable[[Actor | None], Browser]


def bind(parameter: str, kind: str, **fields: Any) -> dict[str, Any]:
    return {"parameter": parameter, "kind": kind} | fields


def asked(browser: Browser, dashboard: int, address: str = "") -> dict[int, str | None]:
    """By tile, the value with which opening the dashboard ran it."""
    browser.post(f"/dashboards/{dashboard}/refreshes{address}", htmx=True)
    with db.new_session() as session:
        for run_id in session.scalars(select(Run.id).where(Run.finished_at.is_(None))).all():
            execute_run(run_id)
        values = {each.run_id: each.value for each in session.scalars(select(RunValue))}
    tiles = browser.api("GET", f"/v1/dashboards/{dashboard}{address}").json["tiles"]
    return {tile["number"]: values[tile["run_id"]] for tile in tiles if tile.get("run_id")}


@pytest.fixture
def three(alice: Actor, chart: int) -> int:
    """A dashboard that shares `days` as `span`, asks for it on tile 2, and fixes it on tile 3."""
    return make_dashboard(
        alice,
        drawn(chart, bindings=[bind("days", "shared", name="span")]),
        drawn(chart, y=5, bindings=[bind("days", "own", value=4)]),
        drawn(chart, y=10, bindings=[bind("days", "fixed", value=5)]),
    )


def test_a_value_is_shared_the_tiles_own_or_always_the_same(browse: Browse, bob: Actor, three: int) -> None:
    page = browse(bob)
    assert asked(page, three) == {1: "3", 2: "4", 3: "5"}
    assert asked(page, three, "?p.span=7&p.2.days=8&p.days=99") == {1: "7", 2: "8", 3: "5"}
    shown = page.get(f"/dashboards/{three}?p.span=7&p.2.days=8").text
    assert 'id="param-span"' in shown and "Values of By day" in shown
    went = page.get(f"/dashboards/{three}/values?p.2.days=8&param.span.value=9")
    assert went.headers["Location"] == f"/dashboards/{three}?p.2.days=8&p.span=9"
    own = page.get(f"/dashboards/{three}/values?tile=2&p.span=9&param.days.value=6")
    assert own.headers["Location"] == f"/dashboards/{three}?p.span=9&p.2.days=6"
    bad = page.get(f"/dashboards/{three}?p.2.days=many").text
    assert 'id="param-2-days-error"' in bad and 'id="param-span-error"' not in bad


def test_a_save_without_bindings_gets_those_that_names_and_kinds_suggest(
    browse: Browse, alice: Actor, source: Datasource, chart: int
) -> None:
    text = Declared("days", ParameterKind.TEXT, "own")
    typed = make_chart(alice, make_query(alice, source, "select {{ days }} as n", "T", (text,)), "table", {})
    made = browse(alice).api(
        "POST", "/v1/dashboards", {"name": "Both", "tiles": [drawn(chart), drawn(typed, y=5)]}
    )
    first, second = (tile["bindings"] for tile in made.json["tiles"])
    assert first == [{"parameter": "days", "kind": "shared", "name": "days", "value": None}]
    assert second == [{"parameter": "days", "kind": "own", "name": None, "value": None}]
    assert made.json["parameters"] == [{"name": "days", "kind": "integer", "label": "", "default": "3"}]


@pytest.mark.parametrize(
    ("bindings", "words"),
    [
        ([bind("nights", "shared")], "has no parameter “nights”"),
        ([bind("days", "fixed", value="many")], "days: Write a whole number"),
        ([bind("days", "fixed")], "days: This needs a value"),
        ([bind("days", "own"), bind("days", "own")], "bound twice"),
        ([bind("days", "shared", name="a b")], "pattern"),
        ([bind("days", "shared", value=1)], "no value of this tile"),
        ([bind("days", "fixed", value=1, name="x")], "Only a shared parameter"),
        ([bind("days", "guessed")], "shared"),
    ],
)
def test_a_binding_that_cannot_be_is_refused_and_nothing_changes(
    browse: Browse, alice: Actor, dashboard: int, chart: int, bindings: list[Any], words: str
) -> None:
    body = {"name": "Operations", "tiles": [drawn(chart, bindings=bindings)], "based_on": 1}
    answer = browse(alice).api("POST", f"/v1/dashboards/{dashboard}", body)
    assert answer.status_code == 422 and words in str(answer.json)
    assert browse(alice).api("GET", f"/v1/dashboards/{dashboard}").json["version"] == 1


def test_two_kinds_do_not_share_a_name(browse: Browse, alice: Actor, source: Datasource, chart: int) -> None:
    text = Declared("word", ParameterKind.TEXT, "own")
    typed = make_chart(alice, make_query(alice, source, "select {{ word }} as n", "T", (text,)), "table", {})
    tiles = [drawn(each, y=5 * n, bindings=[bind(parameter, "shared", name="days")])
             for n, (each, parameter) in enumerate([(chart, "days"), (typed, "word")])]  # fmt: skip
    answer = browse(alice).api("POST", "/v1/dashboards", {"name": "Both", "tiles": tiles})
    assert answer.status_code == 422
    assert "Share it under another name" in answer.json["fields"]["tiles.1.bindings"]


def change(actor: Actor, query: Query, sql: str, *parameters: Declared) -> None:
    with db.transaction() as session:
        query = session.get_one(Query, query.id)
        save_version(
            session,
            actor,
            query,
            name=query.name,
            description="",
            datasource_id=1,
            sql=sql,
            parameters=parameters,
            based_on=query.latest,
        )


def test_a_parameter_renamed_or_retyped_under_a_dashboard_is_said_on_the_tile(
    browse: Browse, alice: Actor, query: Query, three: int
) -> None:
    page = browse(alice)
    change(alice, query, SQL.replace("days", "nights"), Declared("nights", ParameterKind.INTEGER, "3"))
    shown = page.api("GET", f"/v1/dashboards/{three}").json["tiles"]
    assert "no parameter “days” any more" in shown[0]["problem"] and "“nights”" in shown[0]["problem"]
    assert shown[0]["state"] == "unknown" and "“days”" in shown[2]["problem"]
    assert shown[1]["problem"] is None, "its own field has gone with the parameter"
    kept = [{name: tile[name] for name in drawn(1)} | {"number": tile["number"], "bindings": tile["bindings"]}
            for tile in shown]  # fmt: skip
    body = {"name": "Renamed", "tiles": kept, "based_on": 1}
    assert page.api("POST", f"/v1/dashboards/{three}", body).status_code == 200, "the rest can be saved"


def test_a_text_holds_values_and_they_are_never_markdown_or_html(
    browse: Browse, alice: Actor, chart: int
) -> None:
    words = "Last **{{ days }}** days, {{ nights }}, `{{ days }}`"
    text = {"kind": "text", "x": 6, "y": 0, "w": 6, "h": 5, "text": words}
    dashboard = make_dashboard(alice, drawn(chart), text)
    shown = browse(alice).get(f"/dashboards/{dashboard}?p.days=12").text
    assert '<strong><span class="tile-value">12</span></strong>' in shown
    assert "<code>{{ days }}</code>" in shown and 'class="tile-unknown"' in shown
    bad = browse(alice).get(f"/dashboards/{dashboard}?p.days=<b>*x*").text
    assert "&lt;b&gt;*x*" in bad and "<b>*x*" not in bad


def test_a_range_is_said_in_words_and_with_its_bounds(
    browse: Browse, alice: Actor, source: Datasource
) -> None:
    sql = "select {{ period.start }} as a, {{ period.end }} as b"
    period = Declared("period", ParameterKind.DATE_RANGE, "2013-01-01", "2013-01-31")
    chart = make_chart(alice, make_query(alice, source, sql, "P", (period,)), "table", {})
    text = {"kind": "text", "x": 6, "y": 0, "w": 6, "h": 5, "text": "{{ period }}; from {{ period.start }}"}
    dashboard = make_dashboard(alice, drawn(chart), text)
    page = browse(alice)
    assert "2013-01-01 to 2013-01-31</span>; from" in page.get(f"/dashboards/{dashboard}").text
    assert "last 7 days (" in page.get(f"/dashboards/{dashboard}?p.period=last 7 days").text


@pytest.mark.parametrize("text", ["[a]({{ x }})", "<{{ x }}>"])
def test_no_value_becomes_a_link_or_a_tag(text: str) -> None:
    html = as_html(text, {"x": "javascript:alert(1)"})
    assert "href" not in html and "<img" not in html and "<script" not in html
