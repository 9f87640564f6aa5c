"""Telemetry's API and pages: admins read their org's own, its probes send theirs, strangers see nothing."""

import pytest

from app.telemetry.entries import Severity
from app.telemetry.names import REQUESTS, RUNS
from app.telemetry.write import flush, insert_event, observe

METRIC = {"name": "rooms_free", "value": 3, "target": "Berlin"}
EVENT = {"source": "door", "kind": "opened", "message": "Somebody came in."}


def send(browser, what, *bodies):
    return browser.api("POST", f"/v1/telemetry/{what}", {what: list(bodies)})


def test_what_a_probe_sends_is_read_by_its_org_and_not_by_a_stranger(browse, alice, dana, charlie):
    sent = METRIC | {
        "unit": "rooms",
        "tags": {"floor": "2"},
        "success": False,
        "duration_ms": 1.5,
        "value_tags": {"by": "hand"},
    }
    assert send(browse(alice), "metrics", sent, METRIC).json == {"kept": 2}
    assert (
        send(browse(alice), "events", EVENT | {"severity": "critical", "payload": {"n": 1}}).status_code
        == 201
    )
    newest, other = browse(dana).api("GET", "/v1/telemetry/metrics?target=Berlin").json["metrics"]
    found = newest if newest["unit"] else other
    assert found.pop("time").endswith("Z")
    assert found == {
        "category": "custom",
        "name": "rooms_free",
        "target": "Berlin",
        "series_tags": {"floor": "2"},
        "description": "",
        "value": 3.0,
        "unit": "rooms",
        "success": False,
        "duration_ms": 1.5,
        "tags": {"by": "hand"},
    }
    [event] = browse(dana).api("GET", "/v1/telemetry/events?source=door").json["events"]
    assert (event["severity"], event["payload"], event["message"]) == ("critical", {"n": 1}, EVENT["message"])
    [stats] = browse(dana).api("GET", "/v1/telemetry/metrics/stats").json["categories"]
    assert stats == {"category": "custom", "total": 2, "success": 1, "failure": 1}
    for what in ("metrics", "events"):
        assert browse(charlie).api("GET", f"/v1/telemetry/{what}").json == {what: []}
    assert browse(charlie).api("GET", "/v1/telemetry/metrics/stats").json == {"categories": []}


@pytest.mark.parametrize(
    ("what", "change", "field"),
    [
        ("metrics", {"value": "many"}, "metrics.0.value"),
        ("metrics", {"value": None}, "metrics.0.value"),
        ("metrics", {"name": "9 lives"}, "metrics.0.name"),
        ("metrics", {"name": "plumb_runs_total"}, "metrics.0.name"),
        ("metrics", {"category": "runs"}, "metrics.0.category"),
        ("metrics", {"category": "weather"}, "metrics.0.category"),
        ("metrics", {"duration_ms": -1}, "metrics.0.duration_ms"),
        ("metrics", {"time": "2020-01-01T00:00:00Z"}, "metrics.0.time"),
        ("metrics", {"tags": {"a": 1}}, "metrics.0.tags.a"),
        ("metrics", {"colour": "red"}, "metrics.0.colour"),
        ("events", {"severity": "loud"}, "events.0.severity"),
        ("events", {"message": ""}, "events.0.message"),
        ("events", {"payload": {"long": "x" * 20_000}}, "events.0.payload"),
        ("events", {"source": "\x00"}, "events.0.source"),
    ],
)
def test_what_is_malformed_is_refused_at_its_place_and_nothing_is_kept(browse, dana, what, change, field):
    good = METRIC if what == "metrics" else EVENT
    refused = send(browse(dana), what, good | change, good)
    assert (refused.status_code, list(refused.json["fields"])) == (422, [field])
    assert browse(dana).api("GET", f"/v1/telemetry/{what}").json == {what: []}


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("metrics?limit=10001", "limit"),
        ("metrics?category=weather", "category"),
        ("metrics/stats?start=soon", "start"),
        ("events?severity=loud", "severity"),
        ("events?name=x", "name"),
    ],
)
def test_a_wrong_question_is_refused_at_its_word(browse, dana, path, field):
    refused = browse(dana).api("GET", f"/v1/telemetry/{path}")
    assert (refused.status_code, list(refused.json["fields"])) == (422, [field])


def test_who_may_read_and_send(browse, alice, bob):
    assert browse(bob).api("GET", "/v1/telemetry/metrics").status_code == 403
    assert browse(alice).api("GET", "/v1/telemetry/events").status_code == 403
    assert send(browse(bob), "events", EVENT).status_code == 403


def test_the_first_orgs_admins_see_the_installations_own_and_no_other_orgs(browse, dana, charlie):
    observe(REQUESTS, 0.1, "/somewhere", "GET", "2xx")
    observe(RUNS, 1, "1", "succeeded", "api", org_id=dana.org_id)
    insert_event("workers", "started", Severity.INFO, "A worker started.")
    flush()
    names = {each["name"] for each in browse(dana).api("GET", "/v1/telemetry/metrics").json["metrics"]}
    assert {"plumb_runs_total", "plumb_http_request_duration_seconds"} <= names
    assert browse(charlie).api("GET", "/v1/telemetry/metrics").json == {"metrics": []}
    assert browse(charlie).api("GET", "/v1/telemetry/events").json == {"events": []}
    assert "A worker started." in browse(dana).get("/admin/telemetry/events").text
    assert "A worker started." not in browse(charlie).get("/admin/telemetry/events").text


def test_pages_show_charts_and_lists_and_say_what_is_wrong(browse, dana, charlie, alice):
    for state in ("succeeded", "failed"):
        well = state == "succeeded"
        observe(RUNS, 1, "1", state, "api", org_id=dana.org_id, success=well)
    send(browse(alice), "events", EVENT | {"message": "<b>bold</b>"})
    flush()
    for span in ("hour", "week", "nonsense"):
        shown = browse(dana).get(f"/admin/telemetry?span={span}").text
        assert "<polyline" in shown
        assert "ended well" in shown
    assert "Nothing was recorded" in browse(charlie).get("/admin/telemetry").text
    assert "&lt;b&gt;bold" in browse(dana).get("/admin/telemetry/events?severity=info", htmx=True).text
    assert "plumb_runs_total" in browse(dana).get("/admin/telemetry/values?category=runs").text
    wrong = browse(dana).get("/admin/telemetry/values?start=soon")
    assert (wrong.status_code, "Use a moment such as" in wrong.text) == (422, True)
    assert browse(alice).get("/admin/telemetry").status_code == 403


def test_a_dashboard_can_ask_telemetry_in_words(browse, alice, charlie, session):
    send(browse(alice), "metrics", METRIC, METRIC | {"value": 5})
    question = {
        "dataset": "telemetry",
        "time_range": {"start": "2026-01-01T00:00:00Z", "end": "2034-01-01T00:00:00Z"},
        "dimensions": ["metric", "target"],
        "measures": ["value_avg", "row_count"],
    }
    answer = browse(alice).api("POST", "/v1/reports/query", question)
    assert answer.status_code == 200, answer.text
    [row] = answer.json["rows"]
    assert [str(each).rstrip("0").rstrip(".") for each in row.values()] == ["rooms_free", "Berlin", "4", "2"]
    assert browse(charlie).api("POST", "/v1/reports/query", question).json["rows"] == []
