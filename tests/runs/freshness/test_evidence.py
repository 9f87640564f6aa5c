"""The evidence of an answer that no run was made for: a stored result given again, or a shared run."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from sqlalchemy import update

from app.accounts.allow import Actor
from app.core import db
from app.core.clock import now
from app.datasources.models import Datasource
from app.evidence.file import verify_file
from app.evidence.verify import verify_body
from app.runs.execute import execute_run
from app.runs.models import Run
from tests.browsing import Browser
from tests.makers import make_query, run_now

Browse = Callable[[Actor | None], Browser]
SQL = "select 'New York' as city"
MINUTE = {"mode": "maybe_stale", "max_stale_ms": 60_000}


def change(run_id: int, **values: object) -> None:
    with db.transaction() as session:
        session.execute(update(Run).where(Run.id == run_id).values(**values))


def age(run_id: int, seconds: int) -> None:
    then = now() - timedelta(seconds=seconds)
    change(run_id, queued_at=then, started_at=then, finished_at=then)


def asked(browser: Browser, source: Datasource, sql: str = SQL) -> dict[str, Any]:
    """The freshness that an answer says."""
    body = {"datasource_id": source.id, "sql": sql, "freshness": MINUTE}
    return dict(browser.api("POST", "/v1/runs", body).json["freshness"])


def evidence(browser: Browser, address: str) -> dict[str, Any]:
    answer = browser.api("GET", address)
    assert answer.status_code == 200, answer.text
    found = dict(answer.json)
    assert verify_body(found["body"], found["body_hash"]).passed
    return found


def differing(one: dict[str, Any], other: dict[str, Any]) -> set[str]:
    return {member for member in one["body"] if one["body"][member] != other["body"][member]}


def test_a_hit_shows_the_runs_evidence_and_its_own_decision(
    browse: Browse, alice: Actor, source: Datasource
) -> None:
    run = run_now(alice, source, SQL)
    age(run.id, 12)
    own = evidence(browse(alice), f"/v1/runs/{run.id}/evidence")
    hits = [evidence(browse(alice), asked(browse(alice), source)["evidence"]) for _ in range(2)]
    hit = hits[0]
    assert hit["body_hash"] == hits[1]["body_hash"] != own["body_hash"]
    assert differing(own, hit) == {"replay_mode", "freshness", "cache_status", "checkpoint", "findings"}
    body = hit["body"]
    assert (body["replay_mode"], body["cache_status"]) == ("stored", "hit")
    assert body["checkpoint"] == own["body_hash"] == hit["answer"]["run_body_hash"]
    assert body["freshness"] == {
        "requested": MINUTE,
        "observed": {"state": "stale_allowed", "reason": None},
    }
    assert body["findings"] == [{"code": "stale_used", "subject": None}]
    assert (hit["answer"]["cache"], hit["run_id"], hit["columns"]) == ("hit", run.id, own["columns"])
    assert 12_000 <= hit["answer"]["age_ms"] < 60_000


def test_the_answer_of_a_query_in_one_response_has_it_too(
    browse: Browse, bob: Actor, alice: Actor, source: Datasource
) -> None:
    query = make_query(alice, source)
    address = f"/v1/queries/{query.id}/result?max_stale_ms=60000"
    first = browse(bob).api("GET", address).json
    assert first["freshness"]["evidence"] == f"/v1/runs/{first['run']['id']}/evidence"
    execute_run(first["run"]["id"])
    for _ in range(2):  # read, then kept ready
        given = browse(bob).api("GET", address).json["freshness"]
        assert evidence(browse(bob), given["evidence"])["body"]["cache_status"] == "hit"


def test_a_shared_run_shows_what_each_had_asked(browse: Browse, alice: Actor, source: Datasource) -> None:
    run_id = browse(alice).api("POST", "/v1/runs", {"datasource_id": source.id, "sql": SQL}).json["id"]
    waiting = asked(browse(alice), source)
    moment = now()
    change(run_id, state="running", started_at=moment, beat_at=moment, worker="nobody")
    taken = asked(browse(alice), source)
    assert (waiting["cache"], taken["cache"]) == ("joined", "joined")
    assert browse(alice).api("GET", taken["evidence"]).status_code == 409  # it has not answered yet
    change(run_id, state="queued", started_at=None, beat_at=None, worker=None)
    execute_run(run_id)
    change(run_id, started_at=moment)
    before, after = (evidence(browse(alice), said["evidence"])["body"] for said in (waiting, taken))
    assert before["freshness"] == {"requested": MINUTE, "observed": {"state": "fresh", "reason": None}}
    assert (before["cache_status"], before["replay_mode"], before["findings"]) == ("miss", "live", [])
    assert after["freshness"]["observed"]["state"] == "stale_allowed"
    assert after["findings"] == [{"code": "stale_used", "subject": None}]
    assert before["output_hash"] == after["output_hash"] is not None


def test_an_exported_file_verifies_against_the_evidence_of_a_hit(
    browse: Browse, alice: Actor, source: Datasource, tmp_path: Any
) -> None:
    run = run_now(alice, source, SQL)
    hit = evidence(browse(alice), asked(browse(alice), source)["evidence"])
    (tmp_path / "evidence.json").write_text(json.dumps(hit))
    exported = browse(alice).api("GET", f"/v1/runs/{run.id}/export?format=arrow").data
    (tmp_path / "result.arrow").write_bytes(exported)
    assert verify_file(tmp_path / "result.arrow", tmp_path / "evidence.json").passed


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"cache": "miss"}, "cache", "hit or joined"),
        ({"max_stale_ms": "soon"}, "max_stale_ms", "how old"),
        ({"asked_at": "soon"}, "asked_at", "2026-11-21"),
        ({"asked_at": None}, "asked_at", "2026-11-21"),
        ({"asked_at": "2036-01-01"}, "asked_at", "yet to come"),
        ({"asked_at": "2026-01-01"}, "asked_at", "no result at that moment"),
        ({"max_stale_ms": "1000"}, "asked_at", "old at that moment; 1 s was allowed"),
        ({"cache": "joined"}, "asked_at", "not under way at that moment"),
    ],
)
def test_what_the_runs_own_times_contradict_is_refused(
    browse: Browse,
    alice: Actor,
    source: Datasource,
    changed: dict[str, str | None],
    field: str,
    words: str,
) -> None:
    run = run_now(alice, source, SQL)
    age(run.id, 30)
    link = urlsplit(asked(browse(alice), source)["evidence"])
    said = {name: texts[0] for name, texts in parse_qs(link.query).items()} | changed
    kept = {name: text for name, text in said.items() if text is not None}
    answer = browse(alice).api("GET", f"{link.path}?{urlencode(kept)}")
    assert (answer.status_code, list(answer.json["fields"])) == (422, [field])
    assert words in answer.json["fields"][field]


def test_a_result_that_failed_or_had_expired_was_never_given(
    browse: Browse, alice: Actor, charlie: Actor, source: Datasource
) -> None:
    run = run_now(alice, source, SQL)
    link = asked(browse(alice), source)["evidence"]
    assert browse(charlie).api("GET", link).status_code == 404
    change(run.id, result_deleted_at=now() + timedelta(days=1))
    assert evidence(browse(alice), link)["body"]["cache_status"] == "hit"  # it was there then
    change(run.id, result_deleted_at=now() - timedelta(minutes=1))
    assert "had expired" in browse(alice).api("GET", link).json["fields"]["asked_at"]
    failed = run_now(alice, source, "select 1/0")
    said = f"/v1/runs/{failed.id}/evidence?{urlsplit(link).query}"
    assert "had no result" in browse(alice).api("GET", said).json["fields"]["asked_at"]
