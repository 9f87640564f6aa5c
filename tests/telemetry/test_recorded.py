"""What runs and requests leave behind in telemetry, in the log and in a collector of traces."""

import io
import json
import logging
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from app.core import tracing
from app.core.logging import JsonLines
from app.telemetry.questions import OF_METRICS, read_question
from app.telemetry.read import Scope, read_metrics
from app.telemetry.totals import read_totals
from app.telemetry.write import flush
from tests.makers import finish, make_datasource, read_run, run_now

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = f"00-{TRACE}-00f067aa0ba902b7-01"


@pytest.fixture
def datasource(dana, connection_fields):
    return make_datasource(dana, connection_fields)


@pytest.fixture
def log():
    """The lines that the application logs during the test, as they are read by machines."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(before)


def totals(session):
    """(name, labels) -> (count, sum)"""
    flush()
    found = read_totals(session)
    return {(total.metric.name, *ordered(total)): (total.count, total.sum) for total in found}


def ordered(total):
    return [total.labels[name] for name in total.metric.labels]


def test_a_run_is_counted_by_datasource_state_and_trigger(session, alice, datasource):
    run_now(alice, datasource, "select generate_series(1, 7)")
    run_now(alice, datasource, "select nothing")
    run_now(alice, datasource, "select pg_sleep(60)", timeout_s=1)
    place = str(datasource.id)
    found = totals(session)
    for state in ("succeeded", "failed", "timed_out"):
        assert found["plumb_runs_total", place, state, "person"] == (1, 1)
        assert found["plumb_run_duration_seconds", place, state][0] == 1
    assert found["plumb_run_queue_seconds", place, "person"][0] == 3
    assert found["plumb_run_rows_total", place] == (1, 7)
    assert found["plumb_run_bytes_total", place][1] > 0
    words = read_question({"target": place, "name": "plumb_runs_total"}, OF_METRICS)
    rows = read_metrics(session, Scope(alice.org_id), words)
    assert [row.success for row in rows] == [False, False, True]


def test_an_answer_says_what_the_cache_did(browse, session, alice, datasource):
    browser = browse(alice)
    stale = {"mode": "maybe_stale", "max_stale_ms": 60_000}
    body = {"datasource_id": datasource.id, "sql": "select 1", "freshness": stale}
    first = browser.api("POST", "/v1/runs", body)
    assert first.status_code == 202, first.text
    finish(first.json["id"])
    browser.api("POST", "/v1/runs", body)
    found = totals(session)
    assert found["plumb_cache_decisions_total", "miss"] == (1, 1)
    assert found["plumb_cache_decisions_total", "hit"] == (1, 1)


def test_requests_are_timed_by_their_route_and_numbers_are_no_names(browse, session, alice):
    browser = browse(alice)
    for path in ("/v1/runs/1", "/v1/runs/2", "/no-such-place"):
        browser.api("GET", path)
    browser.api("GET", "/healthz")
    found = totals(session)
    assert found["plumb_http_request_duration_seconds", "/v1/runs/<int:run_id>", "GET", "4xx"][0] == 2
    assert found["plumb_http_request_duration_seconds", "none", "GET", "4xx"][0] == 1
    assert not any("health" in name for _, *names in found for name in names)


def test_the_id_of_a_request_goes_with_its_run_and_stands_in_the_log(browse, app, alice, datasource, log):
    token = browse(alice).api("GET", "/v1/runs").request.headers["Authorization"]
    body = {"datasource_id": datasource.id, "sql": "select 'hidden words'"}
    headers = {"Authorization": token, "traceparent": PARENT}
    answer = app.test_client().post("/v1/runs?secret=1", json=body, headers=headers)
    assert answer.headers["X-Request-Id"] == TRACE
    assert (read_run(answer.json["id"]).trace or "").startswith(f"00-{TRACE}-")
    finish(answer.json["id"])
    lines = [line for line in log() if line.get("request_id") == TRACE]
    assert [line["message"] for line in lines] == ["request", "run settled"]
    assert lines[0].keys() >= {"method", "path", "status", "ms"}
    assert (lines[1]["run_id"], lines[1]["state"]) == (answer.json["id"], "succeeded")
    assert "hidden" not in json.dumps(lines)
    assert "secret" not in json.dumps(lines)
    assert tracing.current() is None


@pytest.mark.parametrize("header", ["", "00-0-0-00", "00-" + "0" * 32 + "-00f067aa0ba902b7-01", "x" * 5000])
def test_a_malformed_traceparent_begins_a_trace_of_its_own(app, header):
    answer = app.test_client().get("/healthz", headers={"traceparent": header})
    assert len(answer.headers["X-Request-Id"]) == 32


class Collector(BaseHTTPRequestHandler):
    """Takes what an OTLP exporter posts."""

    got: list[bytes]

    def do_POST(self) -> None:
        self.got.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_spans_of_a_request_and_of_its_run_reach_a_collector_as_one_trace(
    browse, app, alice, datasource, monkeypatch
):
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    got: list[bytes] = []
    server = HTTPServer(("127.0.0.1", 0), type("One", (Collector,), {"got": got}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    tracing._provider.cache_clear()
    try:
        answer = browse(alice).api("POST", "/v1/runs", {"datasource_id": datasource.id, "sql": "select 1"})
        finish(answer.json["id"])
        assert tracing.flush()
    finally:
        monkeypatch.undo()
        tracing._provider.cache_clear()
        server.shutdown()
        server.server_close()
    spans = [
        span
        for each in got
        for resource in ExportTraceServiceRequest.FromString(each).resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]
    by_name = {span.name: span for span in spans}
    request, run = by_name["runs_api.create"], by_name["run"]
    assert request.trace_id == run.trace_id
    assert run.parent_span_id == request.span_id
    assert {item.key for item in run.attributes} == {"plumb.run", "plumb.datasource", "plumb.trigger"}
