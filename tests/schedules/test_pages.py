"""Who sees schedules, who sets them, and what is refused at which field."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from app.accounts.allow import Actor
from app.core import db
from app.schedules.calendar import calendar
from app.schedules.models import Refresh, Schedule
from tests.browsing import Browser
from tests.makers import make_datasource, make_query

Browse = Callable[[Actor | None], Browser]
DAILY = {"kind": "daily", "at": "06:00", "time_zone": "Europe/Berlin"}


@pytest.fixture
def query_id(alice: Actor, dana: Actor, connection_fields: dict[str, Any]) -> int:
    return make_query(alice, make_datasource(dana, connection_fields)).id


def how_many() -> int:
    with db.new_session() as session:
        return session.scalar(select(func.count()).select_from(Schedule)) or 0


def test_an_editor_sets_one_and_everybody_in_the_org_sees_it(
    alice: Actor, bob: Actor, browse: Browse, query_id: int
):
    answer = browse(alice).post(f"/queries/{query_id}/schedules", DAILY)
    assert (answer.status_code, answer.location) == (303, "/schedules/1")
    for path in ("/schedules", "/schedules/1", f"/queries/{query_id}/schedules"):
        assert "Every day at 06:00 Europe/Berlin" in browse(bob).get(path).text
    assert browse(bob).post(f"/queries/{query_id}/schedules", DAILY).status_code == 403


def test_a_stranger_sees_404(alice: Actor, charlie: Actor, browse: Browse, query_id: int):
    browse(alice).post(f"/queries/{query_id}/schedules", DAILY)
    stranger = browse(charlie)
    paths = ["/schedules/1", f"/queries/{query_id}/schedules"]
    assert [stranger.get(path).status_code for path in paths] == [404, 404]
    posts = ["pause", "resumption", "refreshes", "deletion"]
    assert [stranger.post(f"/schedules/1/{each}").status_code for each in posts] == [404] * 4
    assert stranger.post(f"/queries/{query_id}/schedules", DAILY).status_code == 404
    assert stranger.post(f"/queries/{query_id}/schedules/preview", DAILY).status_code == 404
    assert "06:00" not in stranger.get("/schedules").text
    calls = [
        ("GET", ""),
        ("POST", "/deletion"),
        ("POST", "/pause"),
        ("POST", "/resumption"),
        ("GET", "/refreshes"),
    ]
    calls.append(("POST", "/refreshes"))
    assert [stranger.api(how, f"/v1/schedules/1{end}").status_code for how, end in calls] == [404] * 6
    assert stranger.api("GET", "/v1/schedules").json == {"schedules": []}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"kind": "cron", "cron": "0 0 31 2 *"}, "cron"),
        ({"kind": "cron", "cron": "every day"}, "cron"),
        ({"kind": "cron", "cron": "0 0 0 0 * *"}, "cron"),
        ({"kind": "interval", "minutes": 0}, "minutes"),
        ({"kind": "interval", "minutes": 10**9}, "minutes"),
        ({"at": "25:00"}, "at"),
        ({"kind": "weekly"}, "weekday"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"starts_at": "2099-01-02T00:00:00Z", "ends_at": "2099-01-01T00:00:00Z"}, "ends_at"),
        ({"ends_at": "2001-01-01T00:00:00Z"}, "ends_at"),
        ({"missed": "perhaps"}, "missed"),
        ({"tolerance_s": 86400}, "tolerance_s"),
        ({"tolerance_s": -1}, "tolerance_s"),
        ({"parameters": {"no_such": 1}}, "parameters.no_such"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(
    alice: Actor, browse: Browse, query_id: int, said: dict[str, Any], field: str
):
    answer = browse(alice).api("POST", "/v1/schedules", {"query_id": query_id, **DAILY, **said})
    assert (answer.status_code, list(answer.json["fields"])) == (422, [field])
    assert how_many() == 0


def test_an_archived_query_is_refused(alice: Actor, browse: Browse, query_id: int):
    browse(alice).post(f"/queries/{query_id}/archival")
    answer = browse(alice).api("POST", "/v1/schedules", {"query_id": query_id, **DAILY})
    assert answer.status_code == 422 and "archived" in answer.json["fields"]["query_id"]


def test_the_form_shows_what_is_wrong_and_previews_what_is_right(alice: Actor, browse: Browse, query_id: int):
    bad = browse(alice).post(f"/queries/{query_id}/schedules", DAILY | {"time_zone": "Mars/Olympus"})
    assert bad.status_code == 422 and "There is no such time zone" in bad.text
    seen = browse(alice).post(f"/queries/{query_id}/schedules/preview", DAILY, htmx=True).text
    assert seen.count("06:00</time>") == 5


def test_pause_resume_run_now_and_delete(alice: Actor, browse: Browse, query_id: int):
    editor = browse(alice)
    made = editor.api("POST", "/v1/schedules", {"query_id": query_id, **DAILY}).json
    assert len(made["next_due"]) == 5
    address = f"/v1/schedules/{made['id']}"
    assert editor.api("POST", f"{address}/pause").json["paused_by"] == alice.user_id
    assert "Paused" in editor.get("/schedules").text and "By Alice" in editor.get("/schedules/1").text
    assert editor.api("POST", f"{address}/resumption").json["paused_at"] is None
    assert editor.api("POST", f"{address}/refreshes").json["outcome"] == "ran"
    (refresh,) = editor.api("GET", f"{address}/refreshes").json["refreshes"]
    assert (refresh["state"], refresh["by_hand"]) == ("queued", True)
    assert f"Run {refresh['run_id']}" in editor.get("/schedules/1").text
    assert editor.api("POST", f"{address}/deletion").status_code == 204
    assert editor.api("GET", address).status_code == 404


def test_the_least_interval_of_an_org_is_refused_at_the_field_from_then_on(
    alice: Actor, dana: Actor, charlie: Actor, browse: Browse, query_id: int
):
    admin, editor = browse(dana), browse(alice)
    assert editor.post("/schedules/least-interval", {"minutes": "15"}).status_code == 403
    assert admin.post("/schedules/least-interval", {"minutes": "0"}).status_code == 422
    assert admin.post("/schedules/least-interval", {"minutes": "15"}).status_code == 303
    assert editor.api("GET", "/v1/schedules/least-interval").json == {"minutes": 15}
    assert browse(charlie).api("GET", "/v1/schedules/least-interval").json == {"minutes": 1}
    zone = {"query_id": query_id, "time_zone": "UTC"}
    for said, field in [
        ({"kind": "interval", "minutes": 10}, "minutes"),
        ({"kind": "cron", "cron": "*/5 * * * *"}, "cron"),
    ]:
        refused = editor.api("POST", "/v1/schedules", zone | said)
        assert refused.json["fields"] == {field: "That is too often: 15 minutes apart is the least here."}
    assert admin.api("POST", "/v1/schedules/least-interval", {"minutes": 1440}).json == {"minutes": 1440}
    assert editor.api("POST", "/v1/schedules", {"query_id": query_id, **DAILY}).status_code == 201
    assert admin.api("POST", "/v1/schedules/least-interval", {}).json == {"minutes": 1}


def test_the_calendar_shows_the_worst_of_each_day(alice: Actor, browse: Browse, query_id: int):
    editor = browse(alice)
    made = editor.api("POST", "/v1/schedules", {"query_id": query_id, **DAILY}).json
    moment = datetime(2030, 3, 5, 12, tzinfo=UTC)
    with db.transaction() as session:
        for hours, outcome, ended in [(1, "ran", "succeeded"), (2, "ran", "failed"), (30, "skipped", None)]:
            due = moment - timedelta(hours=hours)
            reason = None if outcome == "ran" else "It was paused."
            session.add(
                Refresh(
                    schedule_id=made["id"],
                    due_at=due,
                    outcome=outcome,
                    reason=reason,
                    ended=ended,
                    ended_at=ended and due,
                )
            )
    with db.new_session() as session:
        days = calendar(session, [made["id"]], "Europe/Berlin", moment)
    assert [day.state for day in days[-3:]] == ["none", "skipped", "failed"]
    assert days[-1].words == "Tue 5 Mar: 1 failed, 1 succeeded"
    assert len(days) == 35
