"""What people and programs are told about slots, and how they change them."""

from collections.abc import Callable
from typing import Any

import pytest
from redis import Redis

from app.accounts.allow import Actor
from app.core import db
from app.datasources.models import Datasource
from app.runs.execute import execute_run
from app.runs.slots.words import ordinal
from tests.browsing import Browser
from tests.makers import start
from tests.runs.slots.test_line import Handed, Workers, set_cap

Browse = Callable[[Actor | None], Browser]


def slots_of(datasource: Datasource) -> int | None:
    with db.new_session() as session:
        return session.get_one(Datasource, datasource.id).slots


def test_a_waiting_run_says_what_for_and_where_it_stands(
    browse: Browse, workers: Workers, alice: Actor, erin: Actor, source: Datasource
) -> None:
    workers(5)
    set_cap(source, 2)
    running = [start(alice, source, "select 1") for _ in range(2)]
    hers, second = start(alice, source, "select 1"), start(alice, source, "select 1")
    his = start(erin, source, "select 1")
    line = {
        run_id: browse(alice).api("GET", f"/v1/runs/{run_id}").get_json()["line"]
        for run_id in (*running, hers, second, his)
    }
    assert line[running[0]] is None
    expected = {"waiting": 3, "held_up_by": "datasource", "used": 2, "slots": 2}
    assert line[his] == expected | {"place": 1}, "he has no slot yet"
    assert line[hers] == expected | {"place": 2}
    assert line[second] == expected | {"place": 3}
    page = browse(alice).get(f"/runs/{second}", htmx=True).text
    assert "Waiting: 2 of 2 slots used, you are third" in page
    assert "this run is first" in browse(alice).get(f"/runs/{his}", htmx=True).text


def test_the_place_is_the_order_in_which_they_run(
    browse: Browse,
    workers: Workers,
    handed: Handed,
    alice: Actor,
    erin: Actor,
    dana: Actor,
    source: Datasource,
) -> None:
    workers(1)
    for actor in (alice, alice, erin, alice, dana, erin, dana, alice):
        start(actor, source, "select 1")
    told = [each["run_id"] for each in slots(browse, alice, source)["line"]]
    order = []
    while found := handed():
        order += found
        execute_run(found[0])
    assert order[1:] == told


def slots(browse: Browse, actor: Actor, source: Datasource) -> dict[str, Any]:
    answer = browse(actor).api("GET", f"/v1/datasources/{source.id}/slots")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.get_json()
    return found


def test_a_new_run_is_told_at_once_whether_it_waits(
    browse: Browse, workers: Workers, alice: Actor, source: Datasource
) -> None:
    workers(1)
    body = {"datasource_id": source.id, "sql": "select 1"}
    lines = [browse(alice).api("POST", "/v1/runs", body).get_json()["line"] for _ in range(3)]
    assert lines == [
        None,
        {"place": 1, "waiting": 1, "held_up_by": "workers", "used": 1, "slots": 1},
        {"place": 2, "waiting": 2, "held_up_by": "workers", "used": 1, "slots": 1},
    ]


def test_without_workers_or_redis_a_run_says_so(
    browse: Browse, alice: Actor, source: Datasource, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = start(alice, source, "select 1")
    caller = browse(alice)
    assert "no worker is running, you are first" in caller.get(f"/runs/{run_id}", htmx=True).text
    monkeypatch.setattr("app.core.redis._client", Redis.from_url("redis://127.0.0.1:1", retry=None))
    assert "the queue does not answer" in caller.get(f"/runs/{run_id}", htmx=True).text
    assert caller.api("GET", f"/v1/runs/{run_id}").get_json()["line"]["held_up_by"] == "queue"
    found = slots(browse, alice, source)
    assert (found["waiting"], found["workers"]) == (1, {"capacity": None, "busy": None})
    assert "Redis does not answer" in caller.get(f"/datasources/{source.id}/slots").text


def test_everybody_in_the_org_sees_who_holds_the_slots(
    browse: Browse, workers: Workers, alice: Actor, bob: Actor, source: Datasource
) -> None:
    workers(1)
    running, waiting = start(alice, source, "select 1"), start(alice, source, "select 1")
    found = slots(browse, bob, source)
    assert (found["slots"], found["is_default"], found["used"], found["waiting"]) == (10, True, 1, 1)
    assert [(each["run_id"], each["requested_by"]) for each in found["holders"]] == [
        (running, "alice@example.com")
    ]
    assert [each["run_id"] for each in found["line"]] == [waiting]
    assert found["workers"] == {"capacity": 1, "busy": 1}
    page = browse(bob).get(f"/datasources/{source.id}/slots").text
    assert f"/runs/{running}" in page
    assert f"/runs/{waiting}" in page
    assert "Save slots" not in page


def test_an_admin_changes_the_cap_and_who_waits_goes_at_once(
    browse: Browse, workers: Workers, handed: Handed, alice: Actor, dana: Actor, source: Datasource
) -> None:
    workers(5)
    set_cap(source, 1)
    runs = [start(alice, source, "select 1") for _ in range(4)]
    assert handed() == runs[:1]
    answer = browse(dana).api("POST", f"/v1/datasources/{source.id}/slots", {"slots": 3})
    assert (answer.status_code, answer.get_json()["slots"]) == (200, 3)
    assert handed() == runs[1:3]
    page = browse(dana).post(f"/datasources/{source.id}/slots", {"slots": ""}, htmx=True)
    assert page.status_code == 200
    assert slots_of(source) is None
    assert handed() == runs[3:]


def test_without_script_the_form_leads_back(browse: Browse, dana: Actor, source: Datasource) -> None:
    answer = browse(dana).post(f"/datasources/{source.id}/slots", {"slots": "4"})
    assert (answer.status_code, answer.location) == (303, f"/datasources/{source.id}")
    assert slots_of(source) == 4


@pytest.mark.parametrize("slots", [0, -1, 1001, 10**30, "many", 1.5, True, [1]])
def test_a_cap_that_makes_no_sense_is_refused(
    browse: Browse, dana: Actor, source: Datasource, slots: object
) -> None:
    answer = browse(dana).api("POST", f"/v1/datasources/{source.id}/slots", {"slots": slots})
    assert answer.status_code == 422
    assert answer.get_json()["fields"].keys() == {"slots"}
    page = browse(dana).post(f"/datasources/{source.id}/slots", {"slots": f"{slots}x"}, htmx=True)
    assert page.status_code == 422
    assert "Use a whole number" in page.text
    assert slots_of(source) is None


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_only_an_admin_changes_the_cap(
    request: pytest.FixtureRequest, browse: Browse, source: Datasource, who: str
) -> None:
    browser = browse(request.getfixturevalue(who))
    path = f"/datasources/{source.id}/slots"
    assert browser.post(path, {"slots": "1"}).status_code == 403
    assert browser.api("POST", f"/v1{path}", {"slots": 1}).status_code == 403
    assert slots_of(source) is None


def test_a_stranger_finds_nothing(browse: Browse, charlie: Actor, source: Datasource) -> None:
    browser, path = browse(charlie), f"/datasources/{source.id}/slots"
    assert browser.get(path).status_code == 404
    assert browser.post(path, {"slots": "1"}).status_code == 404
    assert browser.api("GET", f"/v1{path}").status_code == 404
    assert browser.api("POST", f"/v1{path}", {"slots": 1}).status_code == 404


def test_ordinals() -> None:
    assert [ordinal(n) for n in (1, 3, 10, 11, 12, 21, 22, 113, 1003)] == [
        "first", "third", "tenth", "11th", "12th", "21st", "22nd", "113th", "1,003rd",
    ]  # fmt: skip
