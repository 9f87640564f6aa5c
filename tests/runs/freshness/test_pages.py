"""Pages say how old a result is, keep the last good one when a refresh fails, and never show it as fresh."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from app.accounts.allow import Actor
from app.core import db
from app.datasources.models import Datasource
from app.queries.parameters import Declared, ParameterKind
from app.queries.save import save_version
from app.runs.cancel import cancel_run
from app.runs.execute import execute_run
from app.runs.models import Run
from tests.browsing import Browser
from tests.makers import make_query, read_run, run_now, start

Browse = Callable[[Actor | None], Browser]
SQL = "select 1 / divisor as share from kept_divisors"


@pytest.fixture
def divisors(source_url: str) -> Iterator[psycopg.Connection[Any]]:
    """A table whose one number decides whether SQL works."""
    with psycopg.connect(source_url, autocommit=True) as connection:
        connection.execute("create table kept_divisors as select 1 as divisor")
        yield connection
        connection.execute("drop table kept_divisors")


def run_query(caller: Browser, query_id: int) -> int:
    run_id = int(caller.api("POST", "/v1/runs", {"query_id": query_id}).get_json()["id"])
    execute_run(run_id)
    return run_id


def test_a_result_says_as_of_when_it_is_and_can_be_run_again(
    browse: Browse, alice: Actor, source: Datasource
) -> None:
    query = make_query(alice, source)
    run = read_run(run_query(browse(alice), query.id))
    page = browse(alice).get(f"/queries/{query.id}/latest-run", htmx=True).text
    assert run.started_at is not None
    assert f'as of <time datetime="{run.started_at.isoformat()}" data-clock' in page
    assert "Run again" in page
    assert "Failing" not in page


def test_running_from_the_page_always_reads_the_source(
    browse: Browse, alice: Actor, source: Datasource
) -> None:
    query = make_query(alice, source)
    first = run_query(browse(alice), query.id)
    answer = browse(alice).post("/runs", {"query_id": query.id})
    second = int(answer.location.rpartition("/")[2])
    assert second != first
    assert read_run(second).cache_status == "bypassed"


def test_a_failed_refresh_keeps_the_old_result_and_marks_it(
    browse: Browse, alice: Actor, bob: Actor, source: Datasource, divisors: psycopg.Connection[Any]
) -> None:
    query = make_query(alice, source, SQL)
    good = run_query(browse(alice), query.id)
    divisors.execute("update kept_divisors set divisor = 0")
    tries = [run_query(browse(alice), query.id) for _ in range(3)]
    page = browse(bob).get(f"/queries/{query.id}/latest-run", htmx=True).text
    assert "division by zero" in page
    assert "Failing since" in page
    assert "(3 tries)" in page
    assert "which is not fresh" in page
    assert f"visualizations?run={good}" in page
    marked = browse(bob).get(f"/runs/{good}").text
    assert "Failing since" in marked
    assert f"/runs/{tries[-1]}" in marked

    told = browse(bob).api("GET", f"/v1/runs/{tries[-1]}").get_json()["freshness"]
    assert told["observed"] == {"state": "unavailable", "reason": "query"}
    assert told["newest"]["run_id"] == good
    assert (told["failing"]["tries"], told["failing"]["reason"]) == (3, "query")
    assert "division by zero" in told["failing"]["message"]
    assert told["failing"]["since"] < told["failing"]["last_at"]

    divisors.execute("update kept_divisors set divisor = 1")
    again = run_query(browse(alice), query.id)
    assert "Failing" not in browse(bob).get(f"/queries/{query.id}/latest-run", htmx=True).text
    assert "Failing" not in browse(bob).get(f"/runs/{again}").text
    assert "Failing" not in browse(bob).get(f"/runs/{tries[-1]}").text


def test_a_failure_of_another_question_marks_nothing(
    browse: Browse, alice: Actor, source: Datasource, divisors: psycopg.Connection[Any]
) -> None:
    query = make_query(alice, source, SQL)
    good = run_query(browse(alice), query.id)
    failed = run_now(alice, source, "select 1 / 0 as share from kept_divisors")
    assert "Failing" not in browse(alice).get(f"/runs/{good}").text
    assert "last good result" not in browse(alice).get(f"/runs/{failed.id}").text
    assert "newest" not in browse(alice).api("GET", f"/v1/runs/{failed.id}").get_json()["freshness"]


def test_a_cancelled_try_is_no_failure_and_does_not_hide_the_result(
    browse: Browse, alice: Actor, source: Datasource
) -> None:
    query = make_query(alice, source)
    good = run_query(browse(alice), query.id)
    cancelled = browse(alice).api("POST", "/v1/runs", {"query_id": query.id}).get_json()["id"]
    with db.transaction() as session:
        cancel_run(session, alice, session.get_one(Run, cancelled))
    page = browse(alice).get(f"/queries/{query.id}/latest-run", htmx=True).text
    assert f'aria-label="Run {good}"' in page
    assert "Failing" not in page


def test_the_rows_stay_after_the_first_save_for_everybody(
    browse: Browse, alice: Actor, bob: Actor, charlie: Actor, source: Datasource
) -> None:
    made = run_now(alice, source, "select {{ n }} as n", {"n": 7})
    declared = (Declared("n", ParameterKind.INTEGER, "7"),)
    query = make_query(alice, source, "select {{ n }} as n", parameters=declared)
    for actor in (alice, bob):
        page = browse(actor).get(f"/queries/{query.id}/latest-run", htmx=True).text
        assert f'aria-label="Run {made.id}"' in page
        views = browse(actor).get(f"/queries/{query.id}/visualizations?run={made.id}", htmx=True)
        assert (views.status_code, "plumb-grid" in views.text) == (200, True)
    assert browse(charlie).get(f"/queries/{query.id}/latest-run", htmx=True).status_code == 404
    assert (
        browse(charlie).get(f"/queries/{query.id}/visualizations?run={made.id}", htmx=True).status_code == 404
    )


def test_rows_of_other_sql_are_not_those_of_the_saved_query(
    browse: Browse, alice: Actor, source: Datasource
) -> None:
    other = run_now(alice, source, "select 2 as two")
    query = make_query(alice, source, "select 1 as one")
    assert "No result yet" in browse(alice).get(f"/queries/{query.id}/latest-run", htmx=True).text
    views = browse(alice).get(f"/queries/{query.id}/visualizations?run={other.id}", htmx=True)
    assert views.status_code == 404


def test_the_page_says_how_far_the_events_had_come(browse: Browse, alice: Actor, source: Datasource) -> None:
    form = {
        "name": "Events",
        "datasource_id": source.id,
        "sql": "select timestamptz '2026-11-21 13:58+00' as at",
        "watermark_column": "at",
    }
    assert browse(alice).post("/queries", form).status_code == 303
    run_id = run_query(browse(alice), 1)
    shown = 'events up to <time datetime="2026-11-21T13:58:00Z"'
    assert shown in browse(alice).get("/queries/1/latest-run", htmx=True).text
    assert "2026-11-21T13:58:00Z" in browse(alice).get(f"/runs/{run_id}").text
    assert 'value="at"' in browse(alice).get("/queries/1").text
    changed = form | {"watermark_column": "nothing", "based_on": 1}
    assert browse(alice).post("/queries/1", changed).status_code == 303
    unknown = run_query(browse(alice), 1)
    page = browse(alice).get(f"/runs/{unknown}").text
    assert "The result has no column nothing." in page
    assert "It is not known how far the events had come." in page


def test_an_edited_watermark_is_tried_before_it_is_saved(
    browse: Browse, alice: Actor, source: Datasource
) -> None:
    query = make_query(alice, source, "select 5 as at")
    form = {
        "query_id": query.id,
        "datasource_id": source.id,
        "sql": "select 5 as at",
        "watermark_sql": "select 'x'",
    }
    run_id = int(browse(alice).post("/runs", form).location.rpartition("/")[2])
    execute_run(run_id)
    run = read_run(run_id)
    assert (run.query_version_id, run.events_up_to) == (None, "x")
    waiting = start(alice, source, "select 5 as at")
    assert read_run(waiting).watermark_sql is None


def test_a_watermark_belongs_to_its_version(browse: Browse, alice: Actor, source: Datasource) -> None:
    from app.queries.models import Query
    from app.queries.watermark import Watermark

    query = make_query(alice, source, "select 5 as at")
    with db.transaction() as session:
        stored = session.get_one(Query, query.id)
        fields = {"name": "One", "description": "", "datasource_id": source.id, "sql": "select 5 as at"}
        save_version(session, alice, stored, parameters=(), based_on=1, watermark=Watermark("at"), **fields)
    assert read_run(run_query(browse(alice), query.id)).events_up_to == "5"
