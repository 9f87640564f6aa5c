"""`POST /v1/runs` with a freshness: hit, joined, miss, bypassed, unavailable, and who gets what."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from app.accounts.allow import Actor
from app.core import db
from app.core.clock import now
from app.datasources.archive import archive_datasource
from app.datasources.change import change_datasource
from app.datasources.models import Datasource
from app.queries.models import Query
from app.queries.parameters import Declared, ParameterKind
from app.queries.save import save_version
from app.runs.cancel import cancel_run
from app.runs.execute import execute_run
from app.runs.freshness import answer
from app.runs.freshness.find import newest_good
from app.runs.models import ResultChunk, Run
from app.saved.archive import archive
from tests.browsing import Browser
from tests.makers import make_datasource, make_query, run_now, start

Browse = Callable[[Actor | None], Browser]
MINUTE = {"mode": "maybe_stale", "max_stale_ms": 60_000}
SQL = "select 'New York' as city"


def ask(browser: Browser, body: dict[str, Any], status: int | None = None) -> dict[str, Any]:
    said = browser.api("POST", "/v1/runs", body)
    assert status is None or said.status_code == status, said.text
    return dict(said.get_json())


def sql(source: Datasource, text: str = SQL, **more: Any) -> dict[str, Any]:
    return {"datasource_id": source.id, "sql": text, "freshness": MINUTE, **more}


def given(value: Any) -> dict[str, Any]:
    return {"text": "select {{ x }}::text", "parameters": {"x": value}}


def age(run_id: int, seconds: int) -> None:
    """Let the run's snapshot have been taken so long ago."""
    then = now() - timedelta(seconds=seconds)
    with db.transaction() as session:
        session.execute(update(Run).where(Run.id == run_id).values(queued_at=then, started_at=then))


def count_runs() -> int:
    with db.new_session() as session:
        return session.scalar(select(func.count()).select_from(Run)) or 0


def test_without_a_result_it_runs_and_says_so(browse: Browse, alice: Actor, source: Datasource) -> None:
    run = ask(browse(alice), sql(source), 202)
    assert run["state"] == "queued"
    assert run["freshness"]["cache"] == "miss"
    assert run["freshness"]["requested"] == MINUTE
    assert run["freshness"]["observed"] == {"state": "not_applicable", "reason": None}
    assert run["freshness"]["why"] == "There is no equal result yet."


def test_a_fresh_enough_result_is_given_again(browse: Browse, alice: Actor, source: Datasource) -> None:
    made = run_now(alice, source, SQL)
    age(made.id, 12)
    run = ask(browse(alice), sql(source), 200)
    assert (run["id"], run["state"], count_runs()) == (made.id, "succeeded", 1)
    fresh = run["freshness"]
    assert (fresh["cache"], fresh["observed"]["state"]) == ("hit", "stale_allowed")
    assert 12_000 <= fresh["age_ms"] < 20_000
    assert fresh["why"].endswith("s old; you allowed 60 s.")


def test_the_age_counts_from_the_snapshot_not_from_the_end(
    browse: Browse, alice: Actor, source: Datasource
) -> None:
    made = run_now(alice, source, SQL)
    age(made.id, 93)
    run = ask(browse(alice), sql(source), 202)
    assert run["id"] != made.id
    assert run["freshness"]["cache"] == "miss"
    assert run["freshness"]["why"] == "The newest equal result is 93 s old; you allowed 60 s."
    assert run["freshness"]["newest"]["run_id"] == made.id


def test_consistent_is_the_default_and_bypasses(browse: Browse, alice: Actor, source: Datasource) -> None:
    made = run_now(alice, source, SQL)
    for freshness in ({}, {"freshness": {"mode": "consistent"}}):
        run = ask(browse(alice), {"datasource_id": source.id, "sql": SQL, **freshness}, 202)
        assert run["id"] != made.id
        assert run["freshness"]["cache"] == "bypassed"
        assert run["freshness"]["requested"] == {"mode": "consistent", "max_stale_ms": None}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"text": "select 'New York' as city"}, {"text": "select 'NewYork' as city"}),
        ({"text": "select 1"}, {"text": "select  1"}),
        ({"text": "select 1"}, {"text": "select 1 -- again"}),
        (given(1), given(2)),
        (given(1), given("1")),
        (given(None), given("")),
        ({"max_rows": 10}, {"max_rows": 11}),
        ({"max_bytes": 1000}, {"max_bytes": 1001}),
        ({"timeout_s": 10}, {"timeout_s": 11}),
    ],
)
def test_what_differs_is_not_equal(
    browse: Browse, alice: Actor, source: Datasource, one: dict[str, Any], other: dict[str, Any]
) -> None:
    first = ask(browse(alice), sql(source, **one), 202)
    execute_run(first["id"])
    assert ask(browse(alice), sql(source, **one), 200)["id"] == first["id"]
    assert ask(browse(alice), sql(source, **other), 202)["freshness"]["cache"] == "miss"


def test_another_connection_is_another_source_and_another_name_is_not(
    browse: Browse, alice: Actor, dana: Actor, source: Datasource, connection_fields: dict[str, str]
) -> None:
    made = run_now(alice, source, SQL)
    with db.transaction() as session:
        stored = session.get_one(Datasource, source.id)
        change_datasource(session, dana, stored, name="Renamed", connection=connection_fields)
    assert ask(browse(alice), sql(source), 200)["id"] == made.id
    with db.transaction() as session:
        stored = session.get_one(Datasource, source.id)
        pointed = connection_fields | {"database": "elsewhere"}
        change_datasource(session, dana, stored, name="Renamed", connection=pointed)
    assert ask(browse(alice), sql(source), 202)["freshness"]["cache"] == "miss"


def test_another_datasource_over_the_same_server_is_another_source(
    browse: Browse, alice: Actor, dana: Actor, source: Datasource, connection_fields: dict[str, str]
) -> None:
    run_now(alice, source, SQL)
    second = make_datasource(dana, connection_fields, "Second")
    assert ask(browse(alice), sql(second), 202)["freshness"]["cache"] == "miss"


def test_an_equal_run_in_flight_is_joined(
    browse: Browse, alice: Actor, dana: Actor, source: Datasource
) -> None:
    first = ask(browse(alice), sql(source), 202)
    joined = ask(browse(dana), sql(source), 202)
    assert (joined["id"], joined["freshness"]["cache"], count_runs()) == (first["id"], "joined", 1)
    assert joined["requested_by"] == alice.email
    assert f"Run {first['id']}" in joined["freshness"]["why"]


def test_a_run_that_ends_while_it_is_looked_for_is_not_overlooked(
    browse: Browse, alice: Actor, dana: Actor, source: Datasource, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ask(browse(alice), sql(source), 202)
    looks = 0

    def found_nothing_and_then_it_ended(*asked: Any) -> Any:
        nonlocal looks
        looks += 1
        found = newest_good(*asked)
        if looks == 2:  # the second look is made while equal requests wait
            execute_run(first["id"])
        return found

    monkeypatch.setattr(answer, "newest_good", found_nothing_and_then_it_ended)
    joined = ask(browse(dana), sql(source))
    assert (joined["id"], joined["freshness"]["cache"], count_runs()) == (first["id"], "joined", 1)


def test_a_run_whose_snapshot_is_too_old_or_that_is_being_cancelled_is_not_joined(
    browse: Browse, alice: Actor, source: Datasource
) -> None:
    first = start(alice, source, SQL)
    then = now() - timedelta(minutes=5)
    with db.transaction() as session:
        running = {"state": "running", "queued_at": then, "started_at": then, "beat_at": now()}
        session.execute(update(Run).where(Run.id == first).values(running))
    second = ask(browse(alice), sql(source), 202)
    assert (second["id"] != first, second["freshness"]["cache"]) == (True, "miss")
    execute_run(second["id"])
    with db.transaction() as session:
        cancel_run(session, alice, session.get_one(Run, first))
    impatient = sql(source, freshness={"mode": "maybe_stale", "max_stale_ms": 0})
    assert ask(browse(alice), impatient, 202)["freshness"]["cache"] == "miss"


def test_two_equal_requests_at_one_moment_make_one_run(
    browse: Browse, alice: Actor, source: Datasource
) -> None:
    browsers = [browse(alice) for _ in range(6)]
    ready = threading.Barrier(len(browsers))
    found: list[dict[str, Any]] = []

    def request(browser: Browser) -> None:
        ready.wait()
        found.append(ask(browser, sql(source), 202))

    threads = [threading.Thread(target=request, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({run["id"] for run in found}) == 1
    assert sorted(run["freshness"]["cache"] for run in found) == ["joined"] * 5 + ["miss"]
    assert count_runs() == 1


def test_a_result_that_is_gone_is_unavailable_and_runs_again(
    browse: Browse, alice: Actor, source: Datasource
) -> None:
    made = run_now(alice, source, SQL)
    with db.transaction() as session:
        session.execute(delete(ResultChunk).where(ResultChunk.run_id == made.id))
    run = ask(browse(alice), sql(source), 202)
    assert run["freshness"]["cache"] == "unavailable"
    assert f"of run {made.id}, is not stored any more" in run["freshness"]["why"]
    execute_run(run["id"])
    body = browse(alice).api("GET", f"/v1/runs/{run['id']}/evidence").get_json()["body"]
    assert (body["cache_status"], body["freshness"]["observed"]["state"]) == ("unavailable", "fresh")


def test_an_empty_result_is_a_result(browse: Browse, alice: Actor, source: Datasource) -> None:
    made = run_now(alice, source, "select 1 where false")
    assert ask(browse(alice), sql(source, "select 1 where false"), 200)["id"] == made.id


def test_evidence_says_what_was_asked_and_what_the_cache_did(
    browse: Browse, alice: Actor, source: Datasource
) -> None:
    bodies = []
    for freshness in (MINUTE, {"mode": "consistent"}):
        run = ask(browse(alice), sql(source, freshness=freshness))
        execute_run(run["id"])
        bodies.append(browse(alice).api("GET", f"/v1/runs/{run['id']}/evidence").get_json()["body"])
        again = browse(alice).api("GET", f"/v1/runs/{run['id']}").get_json()["freshness"]
        assert again["requested"] == bodies[-1]["freshness"]["requested"]
        assert again["cache"] == bodies[-1]["cache_status"]
        assert again["age_ms"] >= 0
    stale, consistent = bodies
    assert (stale["cache_status"], stale["freshness"]["requested"]) == ("miss", MINUTE)
    assert consistent["cache_status"] == "bypassed"
    assert {m for m in stale if stale[m] != consistent[m]} <= {"cache_status", "freshness", "input_frontier"}


def test_a_failed_run_is_never_given_as_an_answer(browse: Browse, alice: Actor, source: Datasource) -> None:
    failed = run_now(alice, source, "select 1 / 0")
    run = ask(browse(alice), sql(source, "select 1 / 0"), 202)
    assert (run["id"] != failed.id, run["freshness"]["cache"]) == (True, "miss")


@pytest.mark.parametrize(
    "freshness",
    [
        {"mode": "maybe_stale"},
        {"mode": "maybe_stale", "max_stale_ms": -1},
        {"mode": "maybe_stale", "max_stale_ms": 10**12},
        {"mode": "maybe_stale", "max_stale_ms": "soon"},
        {"mode": "consistent", "max_stale_ms": 5},
        {"mode": "fast"},
        {"speed": 1},
        "consistent",
    ],
)
def test_a_freshness_that_makes_no_sense_is_refused_at_its_field(
    browse: Browse, alice: Actor, source: Datasource, freshness: Any
) -> None:
    answer = browse(alice).api("POST", "/v1/runs", sql(source, freshness=freshness))
    assert answer.status_code == 422
    assert all(field.startswith("freshness") for field in answer.get_json()["fields"])
    assert count_runs() == 0


def test_a_viewer_gets_no_result_of_sql_that_he_could_not_have_asked_for(
    browse: Browse, alice: Actor, bob: Actor, source: Datasource
) -> None:
    run_now(alice, source, SQL)
    assert browse(bob).api("POST", "/v1/runs", sql(source)).status_code == 403
    other = make_query(alice, source, "select 1")
    body = {"query_id": other.id, "freshness": MINUTE}
    assert ask(browse(bob), body, 202)["freshness"]["cache"] == "miss"


def test_a_viewer_gets_what_a_saved_query_says_exactly_now(
    browse: Browse, alice: Actor, bob: Actor, source: Datasource
) -> None:
    made = run_now(alice, source, SQL)
    query = make_query(alice, source, SQL)
    body = {"query_id": query.id, "freshness": MINUTE}
    assert ask(browse(bob), body, 200)["id"] == made.id
    with db.transaction() as session:
        stored = session.get_one(Query, query.id)
        fields = {"name": "One", "description": "", "datasource_id": source.id, "parameters": ()}
        save_version(session, alice, stored, sql="select 2", based_on=1, **fields)
    assert ask(browse(bob), body, 202)["freshness"]["cache"] == "miss"


def test_values_bound_as_another_kind_are_not_what_the_saved_query_says(
    browse: Browse, alice: Actor, bob: Actor, source: Datasource
) -> None:
    text = "select {{ n }} as n"
    made = run_now(alice, source, text, {"n": "7"})
    query = make_query(alice, source, text, parameters=(Declared("n", ParameterKind.INTEGER, "7"),))
    run = ask(browse(bob), {"query_id": query.id, "freshness": MINUTE}, 202)
    assert (run["id"] != made.id, run["freshness"]["cache"]) == (True, "miss")


def test_a_query_or_a_datasource_that_was_archived_answers_no_more(
    browse: Browse, alice: Actor, bob: Actor, dana: Actor, source: Datasource
) -> None:
    run_now(alice, source, SQL)
    query, kept = make_query(alice, source, SQL), make_query(alice, source, SQL, "Two")
    with db.transaction() as session:
        archive(session, alice, session.get_one(Query, query.id))
    assert browse(bob).api("POST", "/v1/runs", {"query_id": query.id, "freshness": MINUTE}).status_code == 404
    with db.transaction() as session:
        archive_datasource(session, dana, session.get_one(Datasource, source.id))
    assert browse(bob).api("POST", "/v1/runs", {"query_id": kept.id, "freshness": MINUTE}).status_code == 422


def test_a_stranger_gets_nothing_of_it(
    browse: Browse, alice: Actor, charlie: Actor, source: Datasource, connection_fields: dict[str, str]
) -> None:
    run_now(alice, source, SQL)
    query = make_query(alice, source, SQL)
    assert browse(charlie).api("POST", "/v1/runs", sql(source)).status_code == 404
    assert (
        browse(charlie).api("POST", "/v1/runs", {"query_id": query.id, "freshness": MINUTE}).status_code
        == 404
    )
    own = make_datasource(charlie, connection_fields)
    assert ask(browse(charlie), sql(own), 202)["freshness"]["cache"] == "miss"
