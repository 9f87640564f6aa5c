"""A cancelled run stops, wherever it is, and says when."""

import threading
import time
from collections.abc import Callable

import psycopg
import pytest

from app.accounts.allow import Actor
from app.accounts.models import Role
from app.core import db
from app.datasources.models import Datasource
from app.runs import store
from app.runs.execute import execute_run
from app.runs.models import Cancellation
from tests.browsing import Browser
from tests.makers import make_user, read_run, run_now, start

Browse = Callable[[Actor | None], Browser]


def test_a_queued_run_is_cancelled_at_once(browse: Browse, alice: Actor, source: Datasource) -> None:
    run_id = start(alice, source, "select 1")
    answer = browse(alice).api("POST", f"/v1/runs/{run_id}/cancellation")
    assert answer.status_code == 202
    assert answer.get_json()["stopped_at"]
    execute_run(run_id)
    run = read_run(run_id)
    assert (run.state, run.started_at, run.row_count) == ("cancelled", None, None)


@pytest.mark.parametrize(
    "sql",
    ["select pg_sleep(60)", "select i, repeat('x', 100) from generate_series(1, 2000000000) i"],
    ids=["while the database thinks", "while rows stream"],
)
def test_a_running_run_stops_in_the_database(
    browse: Browse, alice: Actor, source: Datasource, source_url: str, sql: str
) -> None:
    run_id = start(alice, source, sql, max_rows=10_000_000)
    worker = threading.Thread(target=execute_run, args=(run_id,))
    worker.start()
    _wait_until(lambda: _active(source_url, run_id))
    assert browse(alice).api("POST", f"/v1/runs/{run_id}/cancellation").status_code == 202
    worker.join(10)
    assert not worker.is_alive()
    run = read_run(run_id)
    assert (run.state, run.failure_reason, run.row_count) == ("cancelled", None, None)
    assert not _active(source_url, run_id)
    shown = browse(alice).api("GET", f"/v1/runs/{run_id}/cancellation").get_json()
    assert shown["requested_at"] <= shown["stopped_at"]
    assert shown["sent_at"]


def test_a_run_cancelled_while_its_result_is_stored_keeps_none_of_it(
    browse: Browse, alice: Actor, source: Datasource, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = browse(alice)
    run_id = start(alice, source, "select 1")
    encode = store.encode

    def cancelled_meanwhile(batch: object) -> bytes:
        assert caller.api("POST", f"/v1/runs/{run_id}/cancellation").status_code == 202
        return encode(batch)

    monkeypatch.setattr(store, "encode", cancelled_meanwhile)
    execute_run(run_id)
    assert read_run(run_id).state == "cancelled"
    assert caller.api("GET", f"/v1/runs/{run_id}/rows").status_code == 409


def test_asking_twice_keeps_the_first_wish(browse: Browse, alice: Actor, source: Datasource) -> None:
    run_id = start(alice, source, "select 1")
    caller = browse(alice)
    first = caller.api("POST", f"/v1/runs/{run_id}/cancellation").get_json()
    again = caller.api("POST", f"/v1/runs/{run_id}/cancellation")
    assert again.status_code == 409
    assert caller.api("GET", f"/v1/runs/{run_id}/cancellation").get_json() == first


def test_a_settled_run_cannot_be_cancelled(browse: Browse, alice: Actor, source: Datasource) -> None:
    run = run_now(alice, source, "select 1")
    assert browse(alice).api("POST", f"/v1/runs/{run.id}/cancellation").status_code == 409
    assert read_run(run.id).state == "succeeded"
    assert browse(alice).api("GET", f"/v1/runs/{run.id}/cancellation").status_code == 404


def test_only_the_requester_and_admins_may_cancel(
    browse: Browse, alice: Actor, bob: Actor, dana: Actor, charlie: Actor, source: Datasource
) -> None:
    erin = make_user("erin", "Acme", Role.EDITOR)
    run_id = start(alice, source, "select 1")
    path = f"/v1/runs/{run_id}/cancellation"
    assert browse(charlie).api("POST", path).status_code == 404
    assert browse(charlie).api("GET", path).status_code == 404
    assert browse(charlie).post(f"/runs/{run_id}/cancellation").status_code == 404
    assert browse(bob).api("POST", path).status_code == 404, "a viewer does not see other SQL of editors"
    assert browse(erin).api("POST", path).status_code == 403
    assert "Cancel</span>" not in browse(erin).get(f"/runs/{run_id}", htmx=True).text
    with db.new_session() as session:
        assert session.get(Cancellation, run_id) is None
    assert "Cancel</span>" in browse(alice).get(f"/runs/{run_id}", htmx=True).text
    assert browse(dana).api("POST", path).status_code == 202


def test_the_page_cancels_and_says_so(browse: Browse, alice: Actor, source: Datasource) -> None:
    run_id = start(alice, source, "select 1")
    answer = browse(alice).post(f"/runs/{run_id}/cancellation", htmx=True)
    assert answer.status_code == 200
    assert "This run was stopped" in answer.text
    assert browse(alice).post(f"/runs/{run_id}/cancellation", csrf=False).status_code == 400


def _active(source_url: str, run_id: int) -> bool:
    with psycopg.connect(source_url, autocommit=True) as other:
        return bool(
            other.execute(
                "select from pg_stat_activity"
                " where query like %s and state = 'active' and pid <> pg_backend_pid()",
                (f"%plumbline run={run_id} %",),
            ).fetchall()
        )


def _wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)
