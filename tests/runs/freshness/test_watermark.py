"""A query may declare how far its events had come: a column of its result, or a small SQL beside it."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from app.accounts.allow import Actor
from app.accounts.house import House
from app.core import db
from app.datasources.models import Datasource
from app.queries.watermark import Watermark
from app.runs.execute import execute_run
from app.runs.limits import limits
from app.runs.models import Run
from app.runs.request import ask_sql
from app.runs.start import start_run
from tests.browsing import Browser
from tests.makers import read_run

Browse = Callable[[Actor | None], Browser]
EVENTS = "select at, kind from watermark_events where kind = {{ kind }} order by at"


@pytest.fixture(autouse=True)
def events(source_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(source_url, autocommit=True) as connection:
        connection.execute("create table watermark_events (at timestamptz, kind text)")
        connection.execute(
            "insert into watermark_events values ('2026-11-21 13:58:00+00', 'a'),"
            " ('2026-11-21 15:40:00+02', 'a'), (null, 'a'), ('2026-11-21 14:10:00+00', 'b')"
        )
        yield connection
        connection.execute("drop table watermark_events")


def ran(alice: Actor, source: Datasource, sql: str, watermark: Watermark, **given: Any) -> Run:
    with db.transaction() as session:
        asked = ask_sql(session, alice, source.id, sql, given, watermark=watermark)
        run = start_run(
            session,
            alice,
            datasource=asked.datasource,
            bound=asked.bound,
            limits=limits(House()),
            watermark=asked.watermark,
        )
        run_id = run.id
    execute_run(run_id)
    return read_run(run_id)


def test_the_greatest_of_a_column_is_how_far_the_events_had_come(alice: Actor, source: Datasource) -> None:
    run = ran(alice, source, EVENTS, Watermark(column="at"), kind="a")
    assert (run.events_up_to, run.events_reason) == ("2026-11-21T13:58:00Z", None)


def test_a_small_sql_with_the_same_values_tells_too(alice: Actor, source: Datasource) -> None:
    sql = "select max(at) from watermark_events where kind = {{ kind }};"
    run = ran(alice, source, EVENTS, Watermark(sql=sql), kind="b")
    assert (run.events_up_to, run.row_count) == ("2026-11-21T14:10:00Z", 1)
    text = ran(alice, source, EVENTS, Watermark(sql="select 'batch 7'"), kind="b")
    assert text.events_up_to == "batch 7"


def test_a_clause_that_the_run_leaves_out_is_left_out_of_the_watermark_too(
    alice: Actor, source: Datasource
) -> None:
    sql = "select count(*) as n from watermark_events where true [[ and kind = {{ kind }} ]]"
    clause = Watermark(sql="select max(at) from watermark_events where true [[ and kind = {{ kind }} ]]")
    assert ran(alice, source, sql, clause).events_up_to == "2026-11-21T14:10:00Z"
    assert ran(alice, source, sql, clause, kind="a").events_up_to == "2026-11-21T13:58:00Z"
    bare = Watermark(sql="select max(at) from watermark_events where kind = {{ kind }}")
    run = ran(alice, source, sql, bare)
    assert (run.state, run.events_up_to) == ("succeeded", None)
    assert run.events_reason == "Without a value in this run: kind."


@pytest.mark.parametrize(
    ("column", "found"),
    [
        ("i", "25000"),
        ("d", "2080-06-12"),
        ("n", "37500.00"),
        ("t", "9999"),
        ("naive", "2012-01-01 06:56:40"),
    ],
)
def test_a_column_of_any_ordered_type_over_many_chunks(
    alice: Actor, source: Datasource, column: str, found: str
) -> None:
    sql = (
        "select i, date '2012-01-01' + i as d, (i * 1.5)::numeric(12,2) as n, i::text as t,"
        " timestamp '2012-01-01' + i * interval '1 second' as naive from generate_series(1, 25000) i"
    )
    assert ran(alice, source, sql, Watermark(column=column)).events_up_to == found


@pytest.mark.parametrize(
    ("sql", "watermark", "why"),
    [
        ("select 1 as one", Watermark(column="at"), "no column at"),
        ("select true as at", Watermark(column="at"), "boolean, which has no greatest value"),
        ("select null::timestamptz as at", Watermark(column="at"), "No row has a value"),
        ("select now() as at where false", Watermark(column="at"), "No row has a value"),
        ("select 1", Watermark(sql="select max(nothing) from watermark_events"), "nothing"),
        ("select 1", Watermark(sql="select at from watermark_events"), "more than one row"),
        ("select 1", Watermark(sql="delete from watermark_events returning kind"), "DELETE"),
        (
            "select case when i = 10001 then 'infinity' else to_timestamp(i) end as at"
            " from generate_series(1, 20000) i",
            Watermark(column="at"),
            "infinity",
        ),
    ],
)
def test_a_watermark_that_finds_nothing_says_why_and_the_run_succeeds(
    browse: Browse, alice: Actor, source: Datasource, sql: str, watermark: Watermark, why: str
) -> None:
    run = ran(alice, source, sql, watermark)
    assert (run.state, run.events_up_to) == ("succeeded", None)
    assert why in (run.events_reason or "")
    body = browse(alice).api("GET", f"/v1/runs/{run.id}/evidence").get_json()["body"]
    assert {"code": "watermark_unknown", "subject": None} in body["findings"]
    assert body["watermark"]["reason"] == run.events_reason
    assert browse(alice).api("POST", f"/v1/runs/{run.id}/verification").get_json()["outcome"] == "pass"


def test_the_value_is_of_the_snapshot_of_the_rows(
    alice: Actor, source: Datasource, events: psycopg.Connection[Any]
) -> None:
    """Somebody writes while the statement beside runs; neither it nor the rows may see that."""
    slow = "select (select max(at) from watermark_events) from pg_sleep(0.4)"
    late = "insert into watermark_events values ('2030-01-01 00:00:00+00', 'a')"
    writer = threading.Timer(0.2, events.execute, (late,))
    writer.start()
    run = ran(alice, source, "select count(*) as n, max(at) as at from watermark_events", Watermark(sql=slow))
    writer.join()
    assert run.events_up_to == "2026-11-21T14:10:00Z"
    assert events.execute("select max(at) from watermark_events").fetchone()[0].year == 2030


def test_a_query_keeps_its_watermark_and_evidence_tells_it(
    browse: Browse, alice: Actor, bob: Actor, source: Datasource
) -> None:
    body = {
        "name": "Events",
        "datasource_id": source.id,
        "sql": EVENTS,
        "parameters": [{"name": "kind", "kind": "text", "default": "a"}],
        "watermark_column": "at",
    }
    made = browse(alice).api("POST", "/v1/queries", body)
    assert made.status_code == 201
    query = browse(bob).api("GET", made.headers["Location"]).get_json()
    assert (query["watermark_column"], query["watermark_sql"]) == ("at", None)
    run = browse(bob).api("POST", "/v1/runs", {"query_id": query["id"]}).get_json()
    assert run["events_up_to"] is None
    execute_run(run["id"])
    run = browse(bob).api("GET", f"/v1/runs/{run['id']}").get_json()
    assert run["events_up_to"] == {"value": "2026-11-21T13:58:00Z", "reason": None}
    body = browse(bob).api("GET", f"/v1/runs/{run['id']}/evidence").get_json()["body"]
    assert body["watermark"] == {
        "column": "at",
        "statement_hash": None,
        "events_up_to": "2026-11-21T13:58:00Z",
        "reason": None,
    }
    assert body["findings"] == []


def test_a_result_made_without_a_watermark_does_not_stand_for_one_with(
    browse: Browse, alice: Actor, source: Datasource
) -> None:
    plain = {"name": "A", "datasource_id": source.id, "sql": "select now() as at"}
    marked = plain | {"name": "B", "watermark_column": "at"}
    one, two = (browse(alice).api("POST", "/v1/queries", body).get_json()["id"] for body in (plain, marked))
    freshness = {"mode": "maybe_stale", "max_stale_ms": 60_000}
    run = browse(alice).api("POST", "/v1/runs", {"query_id": one, "freshness": freshness}).get_json()
    execute_run(run["id"])
    again = browse(alice).api("POST", "/v1/runs", {"query_id": one, "freshness": freshness})
    other = browse(alice).api("POST", "/v1/runs", {"query_id": two, "freshness": freshness})
    assert (again.status_code, other.status_code) == (200, 202)


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"watermark_column": "at", "watermark_sql": "select 1"}, "watermark_sql"),
        ({"watermark_column": "x" * 201}, "watermark_column"),
        ({"watermark_sql": "select '{{ kind }}'"}, "watermark_sql"),
        ({"watermark_sql": "select {{ other }}"}, "watermark_sql"),
        ({"watermark_sql": "-- nothing"}, "watermark_sql"),
    ],
)
def test_a_watermark_that_makes_no_sense_is_refused_at_its_field(
    browse: Browse, alice: Actor, source: Datasource, fields: dict[str, str], at: str
) -> None:
    body = {"name": "X", "datasource_id": source.id, "sql": "select 1", **fields}
    answer = browse(alice).api("POST", "/v1/queries", body)
    assert (answer.status_code, list(answer.get_json()["fields"])) == (422, [at])
    form = {"name": "X", "datasource_id": source.id, "sql": "select 1", **fields}
    assert browse(alice).post("/queries", form).status_code == 422
    assert browse(alice).post("/runs", form).status_code == 422
    assert browse(alice).api("GET", "/v1/queries").get_json()["queries"] == []
