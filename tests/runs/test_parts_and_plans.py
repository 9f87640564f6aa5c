"""Running what is selected, and seeing how a statement would be answered."""

import re

import pytest

from app.datasources.connectors.plan import PlanNode
from app.datasources.connectors.postgres.explain import nodes
from app.runs.execute import execute_run
from app.runs.part import Part, part_of
from app.runs.plan import as_plan
from tests.makers import make_query, read_run

SQL = "select 1 as one;\n\nselect {{ two }}::int\n  as two,\n  nope"


def start(browser, source, sql, **fields) -> int:
    answer = browser.post("/runs", {"datasource_id": source.id, "sql": sql, **fields}, htmx=True)
    assert answer.status_code == 200, answer.text
    run_id = int(re.search(r'aria-label="Run (\d+)"', answer.text)[1])
    execute_run(run_id)
    return run_id


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ("0-15", ("select 1 as one", Part(0, 1))),
        ("18-40", ("select {{ two }}::int\n", Part(18, 3))),
        ("", (SQL, None)),
        ("5-5", (SQL, None)),
        ("16-18", (SQL, None)),
        ("9-2", (SQL, None)),
        ("-1-5", (SQL, None)),
        ("0-99999999", (SQL, None)),
        ("999999999999999999-1", (SQL, None)),
        ("0-5; drop", (SQL, None)),
    ],
)
def test_a_selection_is_a_part_of_the_text_or_nothing(selection, expected):
    assert part_of(SQL, selection) == expected


def test_only_the_selected_text_runs_and_the_page_says_which(source, browse, alice):
    browser = browse(alice)
    run_id = start(
        browser, source, SQL.replace("\n", "\r\n"), selection="0-15", **{"param.two.kind": "integer"}
    )
    run = read_run(run_id)
    assert (run.state, run.sql, run.part_line) == ("succeeded", "select 1 as one", 1)
    assert "line 1 of the text" in browser.get(f"/runs/{run_id}", htmx=True).text


def test_an_error_in_a_part_is_marked_where_it_stands_in_the_whole(source, browse, alice):
    browser = browse(alice)
    fields = {"param.two.kind": "integer", "param.two.value": "2"}
    run_id = start(browser, source, SQL, selection=f"18-{len(SQL)}", **fields)
    html = browser.get(f"/runs/{run_id}", htmx=True).text
    assert "lines 3\u20135 of the text" in html
    assert f'position="{SQL.index("nope") + 1}"' in html
    assert 'aria-label="Line 5, column 3"' in html


def test_a_part_of_a_saved_query_is_not_a_run_of_it(source, browse, alice):
    query = make_query(alice, source, "select 1 as one")
    run_id = start(browse(alice), source, "select 1 as one", query_id=query.id, selection="0-8")
    assert read_run(run_id).query_version_id is None


def test_a_plan_is_drawn_with_its_steps_and_costs(source, browse, alice):
    browser = browse(alice)
    sql = (
        "select n from generate_series(1, 1000) a(n) join generate_series(1, 1000) b(n) using (n) order by n"
    )
    run_id = start(browser, source, sql, explain="plan")
    run = read_run(run_id)
    assert (run.state, run.explain, run.query_version_id) == ("succeeded", "plan", None)
    html = browser.get(f"/runs/{run_id}", htmx=True).text
    assert "Not run. The source estimates a cost" in html
    assert "Function Scan" in html and "expensive" in html
    assert "plumb-grid" not in html


def test_a_measured_plan_shows_times_and_wrong_guesses(source, browse, alice):
    browser = browse(alice)
    fields = {"param.n.kind": "integer", "param.n.value": "50000"}
    sql = "select count(*) from generate_series(1, {{ n }}) n where n % 7 = 0"
    run_id = start(browser, source, sql, explain="analyze", **fields)
    html = browser.get(f"/runs/{run_id}", htmx=True).text
    assert "It ran and took" in html
    assert re.search(r"expected \d", html)


def test_a_plan_never_stands_for_the_rows(source, browse, alice):
    browser = browse(alice)
    plan = read_run(start(browser, source, "select 1 as one", explain="plan"))
    rows = read_run(start(browser, source, "select 1 as one"))
    assert plan.question != rows.question


def test_a_viewer_gets_rows_and_no_plan(source, browse, alice, bob):
    query = make_query(alice, source, "select 1 as one")
    run_id = start(browse(bob), source, "select 2", query_id=query.id, explain="analyze", selection="0-3")
    assert (read_run(run_id).sql, read_run(run_id).explain) == ("select 1 as one", None)


def test_an_explained_error_is_an_error_of_the_run(source, browse, alice):
    run_id = start(browse(alice), source, "select nope", explain="plan")
    run = read_run(run_id)
    assert (run.state, run.failure_reason, run.failure_position) == ("failed", "syntax", 8)


def test_shares_are_of_what_each_step_took_itself():
    costs = ((0, "Sort", 100.0), (1, "Join", 90.0), (2, "A", 70.0), (2, "B", 15.0))
    plan = as_plan([PlanNode(depth, name, cost=cost) for depth, name, cost in costs])
    assert [round(step.share or 0, 2) for step in plan.steps] == [0.1, 0.05, 0.7, 0.15]
    assert [step.dear for step in plan.steps] == [False, False, True, False]
    assert (plan.measure, plan.total) == ("cost", 100.0)


def test_steps_that_run_at_the_same_time_count_once():
    scan = {"Node Type": "Seq Scan", "Actual Total Time": 40.0, "Actual Loops": 2, "Actual Rows": 5}
    again = {"Node Type": "Index Scan", "Actual Total Time": 2.0, "Actual Loops": 10, "Actual Rows": 1}
    gather = {"Node Type": "Gather", "Workers Launched": 1, "Actual Total Time": 50.0, "Actual Loops": 1}
    found = list(nodes(gather | {"Plans": [scan | {"Plans": [again]}]}))
    assert [node.time_ms for node in found] == [50.0, 40.0, 10.0]


def test_a_plan_without_costs_has_no_shares():
    plan = as_plan([PlanNode(0, "Scan")])
    assert (plan.measure, plan.steps[0].share) == (None, None)
    assert as_plan([]).steps == []
