"""`/v1/runs` as a program uses it."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from app.accounts.allow import Actor
from app.core import db
from app.datasources.models import Datasource
from app.queries.parameters import Declared, ParameterKind
from app.runs.execute import execute_run
from app.runs.models import Run
from tests.browsing import Browser
from tests.makers import make_query, run_now, start

Browse = Callable[[Actor | None], Browser]


def test_a_run_is_accepted_queued_and_read(browse: Browse, alice: Actor, source: Datasource) -> None:
    caller = browse(alice)
    answer = caller.api("POST", "/v1/runs", {"datasource_id": source.id, "sql": "select 1 as one"})
    assert answer.status_code == 202
    run = answer.get_json()
    assert (run["state"], run["trigger"], run["requested_by"]) == ("queued", "api", "alice@example.com")
    assert answer.headers["Location"] == f"/v1/runs/{run['id']}"
    execute_run(run["id"])
    settled = caller.api("GET", f"/v1/runs/{run['id']}?wait_s=5").get_json()
    assert (settled["state"], settled["row_count"], settled["failure"]) == ("succeeded", 1, None)
    rows = caller.api("GET", f"/v1/runs/{run['id']}/rows").get_json()
    assert rows["columns"] == [{"name": "one", "type": "integer", "kind": "integer"}]
    assert (rows["rows"], rows["offset"], rows["row_count"]) == ([[1]], 0, 1)


def test_waiting_ends_when_the_run_settles(browse: Browse, alice: Actor, source: Datasource) -> None:
    run_id = start(alice, source, "select pg_sleep(0.3)")
    threading.Timer(0.1, execute_run, (run_id,)).start()
    assert browse(alice).api("GET", f"/v1/runs/{run_id}?wait_s=25").get_json()["state"] == "succeeded"


def test_a_saved_query_runs_with_values_and_names_its_version(
    browse: Browse, alice: Actor, bob: Actor, source: Datasource
) -> None:
    query = make_query(
        alice,
        source,
        "select {{ n }} as n, {{ day }} as day",
        parameters=(
            Declared("n", ParameterKind.INTEGER, "7"),
            Declared("day", ParameterKind.DATE, "2013-01-01"),
        ),
    )
    caller = browse(bob)
    run = caller.api("POST", "/v1/runs", {"query_id": query.id, "parameters": {"n": 8}}).get_json()
    assert (run["query_id"], run["query_version"]) == (query.id, 1)
    assert run["parameters"] == {"n": "8", "day": "2013-01-01"}
    execute_run(run["id"])
    assert caller.api("GET", f"/v1/runs/{run['id']}/rows").get_json()["rows"] == [[8, "2013-01-01"]]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"sql": "select 1"}, "datasource_id"),
        ({"datasource_id": 1}, "sql"),
        ({}, "body"),
        ({"datasource_id": 1, "sql": "select 1", "query_id": 1}, "body"),
        ({"datasource_id": 1, "sql": "   "}, "sql"),
        ({"datasource_id": 1, "sql": "select '{{ x }}'", "parameters": {"x": 1}}, "sql"),
        ({"datasource_id": 1, "sql": "select {{ x }}"}, "parameters.x"),
        ({"datasource_id": 1, "sql": "select {{ x }}", "parameters": {"x": [1, "a"]}}, "parameters.x"),
        ({"datasource_id": 1, "sql": "select 1", "parameters": {"x": 1}}, "parameters.x"),
        ({"datasource_id": 1, "sql": "select 1", "timeout_s": 0}, "timeout_s"),
        ({"datasource_id": 1, "sql": "select 1", "max_rows": 10**12}, "max_rows"),
        ({"datasource_id": 1, "sql": "select 1", "max_bytes": -1}, "max_bytes"),
        ({"datasource_id": 1, "sql": "select 1", "speed": "high"}, "speed"),
        ({"datasource_id": 1, "sql": "select '" + "x" * 10_000_000 + "'"}, "sql"),
    ],
)
def test_bad_input_is_named_at_its_field_and_starts_nothing(
    browse: Browse, alice: Actor, source: Datasource, body: dict[str, object], field: str
) -> None:
    answer = browse(alice).api("POST", "/v1/runs", body)
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    problem = answer.get_json()
    assert problem["code"] == "invalid"
    assert field in problem["fields"], problem
    with db.new_session() as session:
        assert session.scalar(select(func.count()).select_from(Run)) == 0


@pytest.mark.parametrize(
    "query", ["offset=-1", "offset=101", "offset=99999999999999999999", "limit=0", "limit=10001", "offset=x"]
)
def test_a_window_outside_the_result_is_refused(
    browse: Browse, alice: Actor, source: Datasource, query: str
) -> None:
    run = run_now(alice, source, "select generate_series(1, 100)")
    answer = browse(alice).api("GET", f"/v1/runs/{run.id}/rows?{query}")
    assert answer.status_code == 422
    assert query.partition("=")[0] in answer.get_json()["fields"]


def test_the_end_of_a_result_is_an_empty_window(browse: Browse, alice: Actor, source: Datasource) -> None:
    run = run_now(alice, source, "select generate_series(1, 100)")
    assert browse(alice).api("GET", f"/v1/runs/{run.id}/rows?offset=100").get_json()["rows"] == []


def test_windows_join_to_the_whole_result(browse: Browse, alice: Actor, source: Datasource) -> None:
    run = run_now(alice, source, "select i, md5(i::text) from generate_series(1, 25000) i")
    caller = browse(alice)
    got = [
        row[0]
        for offset in range(0, 25_000, 7_000)
        for row in caller.api("GET", f"/v1/runs/{run.id}/rows?offset={offset}&limit=7000").get_json()["rows"]
    ]
    assert got == list(range(1, 25_001))


def test_a_run_that_is_not_finished_has_no_rows(browse: Browse, alice: Actor, source: Datasource) -> None:
    run_id = start(alice, source, "select 1")
    answer = browse(alice).api("GET", f"/v1/runs/{run_id}/rows")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "conflict")


def test_columns_come_as_numbers_for_charts(browse: Browse, alice: Actor, source: Datasource) -> None:
    sql = """select date '2013-01-02' as day, 1.5::numeric as n, 'NaN'::float8 as f,
                    timestamptz '1970-01-01 00:00:01Z' as t"""
    run = run_now(alice, source, sql)
    answer = (
        browse(alice)
        .api("GET", f"/v1/runs/{run.id}/columns?column=t&column=day&column=n&column=f")
        .get_json()
    )
    assert answer["values"] == [[1000], [1357084800000], [1.5], [None]]
    assert (answer["row_count"], answer["cut"]) == (1, False)
    missing = browse(alice).api("GET", f"/v1/runs/{run.id}/columns?column=gone")
    assert (missing.status_code, "column" in missing.get_json()["fields"]) == (422, True)


def test_a_stranger_sees_404_everywhere(
    browse: Browse, alice: Actor, charlie: Actor, source: Datasource
) -> None:
    run = run_now(alice, source, "select 1")
    query = make_query(alice, source)
    stranger = browse(charlie)
    for path in ("", "/rows", "/columns"):
        assert stranger.api("GET", f"/v1/runs/{run.id}{path}").status_code == 404
    for body in ({"query_id": query.id}, {"datasource_id": source.id, "sql": "select 1"}):
        assert stranger.api("POST", "/v1/runs", body).status_code == 404
    for unknown in (0, 999_999, 10**30):
        assert browse(alice).api("GET", f"/v1/runs/{unknown}").status_code == 404


def test_a_viewer_may_not_write_sql(browse: Browse, bob: Actor, source: Datasource) -> None:
    answer = browse(bob).api("POST", "/v1/runs", {"datasource_id": source.id, "sql": "select 1"})
    assert (answer.status_code, answer.get_json()["code"]) == (403, "forbidden")


def test_nobody_gets_in_without_a_token(browse: Browse, alice: Actor, source: Datasource) -> None:
    run = run_now(alice, source, "select 1")
    answer = browse(None).api("GET", f"/v1/runs/{run.id}")
    assert (answer.status_code, answer.content_type) == (401, "application/problem+json")
