"""The operator's page and /metrics, readiness, paused datasources, probes, and workers that drain."""

import os
import re
import socket
import time
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.admin.operations.sample import take_samples
from app.cli import plumb
from app.core import db, redis, runtime
from app.core.clock import now
from app.datasources.probe import probe_all
from app.runs.slots import beats
from app.runs.slots.workers import announce
from app.schedules.fire import fire_due
from app.telemetry.questions import OF_EVENTS, OF_METRICS, read_question
from app.telemetry.read import Scope, read_events, read_metrics
from app.telemetry.write import flush
from tests.makers import make_datasource, make_query, run_now, start

TOKEN = "a token of prometheus"
LINE = re.compile(r'^[a-z_]+(\{([a-z_]+="([^"\\]|\\.)*",?)*\})? (\+Inf|-?[0-9.e+-]+)$')


@pytest.fixture
def datasource(dana, connection_fields):
    return make_datasource(dana, connection_fields)


@pytest.fixture
def worker(app, monkeypatch):
    """A worker that has just beaten: its clock stands still, however long the test takes."""
    moment = now()
    monkeypatch.setattr(beats, "now", lambda: moment)
    name = f"{socket.gethostname()}:4711"
    beats.beat(name, time.time(), 2, [os.getpid()], draining=False)
    announce(name, 2)
    return name


@pytest.fixture
def metrics(app, settings, monkeypatch):
    """`metrics()` is name with labels -> value, as Prometheus would read them."""
    monkeypatch.setattr(runtime, "_settings", _with_token(settings))

    def read() -> dict[str, float]:
        answer = app.test_client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
        assert [line for line in lines if not LINE.match(line)] == []
        return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}

    return read


def _with_token(settings):
    from dataclasses import replace

    return replace(settings, metrics_token=TOKEN)


def test_metrics_are_closed_without_their_token(app, metrics, settings, monkeypatch):
    client = app.test_client()
    for given in ("", "Bearer", "Bearer wrong", f"Basic {TOKEN}"):
        answer = client.get("/metrics", headers={"Authorization": given})
        assert (answer.status_code, TOKEN in answer.text) == (401, False)
    monkeypatch.setattr(runtime, "_settings", settings)
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_metrics_say_what_runs_did_and_how_things_stand(metrics, alice, datasource, worker):
    run_now(alice, datasource, "select generate_series(1, 7)")
    run_now(alice, datasource, "select nothing")
    flush()
    start(alice, datasource, "select 1")
    found = metrics()
    of = f'datasource="{datasource.id}"'
    assert found[f'plumb_runs_total{{{of},state="succeeded",trigger="person"}}'] == 1
    assert found[f'plumb_runs_total{{{of},state="failed",trigger="person"}}'] == 1
    assert found[f"plumb_run_rows_total{{{of}}}"] == 7
    assert found[f'plumb_run_queue_seconds_bucket{{{of},trigger="person",le="+Inf"}}'] == 2
    assert found[f'plumb_run_duration_seconds_count{{{of},state="failed"}}'] == 1
    assert found['plumb_telemetry_dropped_total{reason="full"}'] == 0
    assert found['plumb_workers{state="running"}'] == 1
    assert found[f"plumb_slots_used{{{of}}}"] + found[f"plumb_runs_waiting{{{of}}}"] == 1
    assert found[f'plumb_datasource_info{{{of},name="Flights",org="Acme"}}'] == 1
    again = metrics()
    assert {name: again[name] for name in found if name.startswith("plumb_run")} == {
        name: value for name, value in found.items() if name.startswith("plumb_run")
    }


def test_readiness_names_each_part(app):
    answer = app.test_client().get("/readyz")
    parts = {"postgres": "ok", "redis": "ok", "migrations": "ok", "decoder": "ok"}
    assert (answer.status_code, answer.json["parts"]) == (200, parts)
    with db.autocommit() as connection:
        found = connection.scalar(text("select version_num from alembic_version"))
        connection.execute(text("update alembic_version set version_num = 'older'"))
    try:
        behind = app.test_client().get("/readyz")
        assert (behind.status_code, behind.json["parts"]["postgres"]) == (503, "ok")
        assert "plumb db upgrade" in behind.json["parts"]["migrations"]
    finally:
        with db.autocommit() as connection:
            connection.execute(text("update alembic_version set version_num = :found"), {"found": found})


def test_a_paused_datasource_refuses_runs_with_the_reason_and_schedules_write_it_down(
    browse, session, alice, bob, dana, charlie, datasource
):
    query = make_query(alice, datasource)
    path = f"/v1/datasources/{datasource.id}"
    for reason in ("", "x" * 201):
        refused = browse(dana).api("POST", f"{path}/pause", {"reason": reason})
        assert (refused.status_code, list(refused.json["fields"])) == (422, ["reason"])
    assert browse(alice).api("POST", f"{path}/pause", {"reason": "Moving"}).status_code == 403
    for deed in ("pause", "resumption"):
        assert browse(charlie).api("POST", f"{path}/{deed}", {"reason": "Mine"}).status_code == 404
        assert (
            browse(charlie).post(f"/datasources/{datasource.id}/{deed}", {"reason": "x"}).status_code == 404
        )
    asked = {"kind": "interval", "minutes": 60, "time_zone": "UTC", "query_id": query.id}
    schedule = browse(alice).api("POST", "/v1/schedules", asked).json
    assert (
        browse(dana).post(f"/datasources/{datasource.id}/pause", {"reason": "It moves house."}).status_code
        == 303
    )
    assert "It moves house." in browse(bob).get(f"/datasources/{datasource.id}").text
    refused = browse(bob).api("POST", "/v1/runs", {"query_id": query.id})
    assert refused.status_code == 422
    assert "is paused: It moves house." in refused.json["fields"]["datasource_id"]
    with db.autocommit() as connection:
        assert connection.scalar(text("select count(*) from runs")) == 0
    fire_due(now() + timedelta(hours=2))
    [first, *_] = browse(alice).api("GET", f"/v1/schedules/{schedule['id']}/refreshes").json["refreshes"]
    assert (first["outcome"], first["reason"]) == (
        "skipped",
        "The datasource Flights is paused: It moves house.",
    )
    assert probe_all() == 0
    assert browse(dana).api("POST", f"{path}/resumption", {}).json["paused"] is None
    assert browse(bob).api("POST", "/v1/runs", {"query_id": query.id}).status_code == 202


def test_probes_say_what_answers_and_what_does_not(session, dana, datasource):
    gone = make_datasource(dana, {"host": "127.0.0.1", "port": "1", "database": "x", "user": "x"}, "Gone")
    assert probe_all(30) == 2
    flush()
    rows = read_metrics(session, Scope(dana.org_id), read_question({"category": "datasources"}, OF_METRICS))
    assert {(row.target, row.series_tags["step"], row.success) for row in rows} == {
        (str(datasource.id), "select", True),
        (str(gone.id), "tcp", False),
    }
    [event] = read_events(session, Scope(dana.org_id), read_question({}, OF_EVENTS))
    assert (event.kind, event.payload) == ("probe_failed", {"datasource_id": gone.id, "step": "tcp"})


def test_the_page_is_the_operators_alone(browse, alice, dana, charlie, datasource, worker):
    start(alice, datasource, "select 1")
    page = browse(dana).get("/admin/operations").text
    for shown in (worker, "Flights", "Running", "PLUMB_DATASOURCE_SLOTS", "Nothing is stuck"):
        assert shown in page
    assert "tests-tests-" not in page, "secrets are masked"
    assert browse(alice).get("/admin/operations").status_code == 403
    assert browse(charlie).get("/admin/operations").status_code == 404
    assert browse(charlie).post(f"/admin/operations/workers/{worker}/drain").status_code == 404
    assert not beats.beat(worker, time.time(), 2, [], draining=False)


def test_what_is_stuck_is_shown(browse, alice, dana, datasource):
    run_id = start(alice, datasource, "select 1")
    with db.autocommit() as connection:
        connection.execute(text("update runs set queued_at = now() - interval '1 hour'"))
    page = browse(dana).get("/admin/operations", htmx=True).text
    assert "A run waits for a slot" in page
    assert f"/runs/{run_id}" in page


def test_a_worker_remembers_that_it_drains_though_redis_forgets(browse, dana, worker):
    browser = browse(dana)
    assert browser.post("/admin/operations/workers/nobody/drain").status_code == 404
    assert browser.post(f"/admin/operations/workers/{worker}/drain").status_code == 303
    assert beats.beat(worker, time.time(), 2, [1], draining=False)
    redis.client().flushall()
    assert beats.beat(worker, time.time(), 2, [], draining=True)
    assert "Drained" in browser.get("/admin/operations").text
    assert browser.post(f"/admin/operations/workers/{worker}/resumption").status_code == 303
    assert not beats.beat(worker, time.time(), 2, [], draining=True)


def test_a_worker_that_fell_silent_is_struck_off_and_leaves_an_event(session, dana, worker, monkeypatch):
    assert beats.beats_here()
    later = now() + timedelta(minutes=2)
    for place in ("app.runs.slots.beats.now", "app.admin.operations.sample.now"):
        monkeypatch.setattr(place, lambda: later)
    assert not beats.beats_here()
    take_samples()
    assert beats.workers() == []
    monkeypatch.undo()
    flush()
    [event] = read_events(session, Scope(dana.org_id, True), read_question({"kind": "lost"}, OF_EVENTS))
    assert (event.severity, event.payload) == ("error", {"worker": worker})


def test_the_health_of_a_worker_is_an_exit_code(app, environment, monkeypatch, worker):
    from click.testing import CliRunner

    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert CliRunner().invoke(plumb, ["worker", "healthcheck"]).exit_code == 0
    redis.client().flushall()
    assert CliRunner().invoke(plumb, ["worker", "healthcheck"]).exit_code == 1
    assert "There are: none" in CliRunner().invoke(plumb, ["worker", "drain", "x"]).output
