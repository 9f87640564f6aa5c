"""Every settled run has evidence, and its result can be checked against it."""

import json
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner
from sqlalchemy import delete, select, update

from app.cli.evidence import command
from app.core import db
from app.core.clock import now
from app.evidence.models import EvidenceReport
from app.evidence.verify import verify_body
from app.runs.cancel import cancel_run
from app.runs.chunks import decode, encode
from app.runs.models import ResultChunk, ResultColumn, Run
from tests.makers import read_run, run_now, start

MANY = "select i, (i * 1.5)::numeric(12,2) as amount, i::text as t from generate_series(1, 25000) i"


def evidence_of(browser, run: Run) -> dict[str, Any]:
    answer = browser.get(f"/v1/runs/{run.id}/evidence")
    assert answer.status_code == 200, answer.text
    return dict(answer.json)


def verification_of(browser, run: Run) -> dict[str, Any]:
    return dict(browser.post(f"/v1/runs/{run.id}/verification").json)


def codes(evidence: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(finding["code"], finding["subject"]) for finding in evidence["body"]["findings"]]


@pytest.fixture
def flights(source_url):
    with psycopg.connect(source_url, autocommit=True) as connection:
        connection.execute("create table evidence_flights as select 1 as a")
        yield connection
        connection.execute("drop table evidence_flights")


def test_a_run_leaves_a_report_of_what_was_read(browse, alice, source, flights):
    run = run_now(alice, source, "select a from evidence_flights where a = {{ a }}", {"a": 1})
    evidence = evidence_of(browse(alice), run)
    body = evidence["body"]
    assert verify_body(body, evidence["body_hash"]).passed
    assert codes(evidence) == []
    assert body["sources"] == [
        {"datasource_id": source.id, "kind": "postgres", "relations": ["public.evidence_flights"]}
    ]
    assert body["input_frontier"]["position"] and body["input_frontier"]["clock"]
    assert body["freshness"]["observed"] == {"state": "fresh", "reason": None}
    assert (evidence["run_id"], evidence["row_count"]) == (run.id, 1)
    assert evidence["columns"] == [{"name": "a", "type": "integer", "kind": "integer"}]
    assert verification_of(browse(alice), run)["outcome"] == "pass"


def test_equal_runs_over_unchanged_data_have_the_same_hashes(browse, alice, source, flights):
    one, two = (evidence_of(browse(alice), run_now(alice, source, MANY))["body"] for _ in range(2))
    different = {member for member in one if one[member] != two[member]}
    assert different <= {"input_frontier"}


def test_a_result_of_many_chunks_passes(browse, alice, source):
    assert verification_of(browse(alice), run_now(alice, source, MANY))["outcome"] == "pass"


def test_an_empty_result_passes(browse, alice, source):
    assert verification_of(browse(alice), run_now(alice, source, "select 1 where false"))["outcome"] == "pass"


def test_a_cut_result_says_so_and_passes(browse, alice, source):
    run = run_now(alice, source, MANY, max_rows=10)
    assert codes(evidence_of(browse(alice), run)) == [("truncated", "rows")]
    assert verification_of(browse(alice), run)["outcome"] == "pass"


def test_a_failed_run_has_a_report_too(browse, alice, source, flights):
    run = run_now(alice, source, "select a / 0 from evidence_flights")
    evidence = evidence_of(browse(alice), run)
    assert codes(evidence) == [("output_hash_unavailable", None), ("projection_failed", "query")]
    assert evidence["body"]["sources"][0]["relations"] == ["public.evidence_flights"]
    assert evidence["columns"] is None
    assert verification_of(browse(alice), run)["outcome"] == "unavailable"


def test_a_run_that_no_worker_saw_through_has_a_report(browse, alice, source):
    waiting = start(alice, source, "select 1")
    with db.transaction() as session:
        cancel_run(session, alice, session.get_one(Run, waiting))
    lost = start(alice, source, "select 1")
    with db.transaction() as session:
        values = {"started_at": now(), "beat_at": now(), "finished_at": now(), "state": "lost"}
        session.execute(update(Run).where(Run.id == lost).values(failure_reason="worker_lost", **values))
    for run_id, why in ((waiting, "cancelled"), (lost, "worker_lost")):
        first = evidence_of(browse(alice), read_run(run_id))
        assert ("projection_failed", why) in codes(first)
        assert ("frontier_unknown", None) in codes(first)
        assert evidence_of(browse(alice), read_run(run_id)) == first


def test_there_is_no_evidence_while_a_run_moves(browse, alice, source):
    run_id = start(alice, source, "select 1")
    assert browse(alice).get(f"/v1/runs/{run_id}/evidence").status_code == 409
    assert browse(alice).post(f"/v1/runs/{run_id}/verification").status_code == 409
    assert "Hash of this report" not in browse(alice).get(f"/runs/{run_id}").text


def test_a_stranger_sees_404(browse, alice, charlie, source):
    run = run_now(alice, source, "select 1")
    assert browse(charlie).get(f"/v1/runs/{run.id}/evidence").status_code == 404
    assert browse(charlie).post(f"/v1/runs/{run.id}/verification").status_code == 404
    assert browse(charlie).post(f"/runs/{run.id}/verification").status_code == 404


def swap_two_rows(run_id: int) -> None:
    with db.transaction() as session:
        chunk = session.scalars(select(ResultChunk).where(ResultChunk.run_id == run_id)).first()
        batch = decode(chunk.data)
        chunk.data = encode(batch.take([1, 0, *range(2, batch.num_rows)]))


def lose_a_chunk(run_id: int) -> None:
    with db.transaction() as session:
        session.execute(
            delete(ResultChunk).where(ResultChunk.run_id == run_id, ResultChunk.first_row > 15_000)
        )


def rename_a_column(run_id: int) -> None:
    with db.transaction() as session:
        session.execute(update(ResultColumn).where(ResultColumn.run_id == run_id).values(name="other"))


def change_the_sql(run_id: int) -> None:
    with db.transaction() as session:
        session.execute(update(Run).where(Run.id == run_id).values(sql="select 2"))


def change_the_body(run_id: int) -> None:
    with db.transaction() as session:
        report = session.scalars(select(EvidenceReport).where(EvidenceReport.run_id == run_id)).one()
        report.body = json.dumps(json.loads(report.body) | {"cache_status": "hit"})


@pytest.mark.parametrize(
    ("tamper", "field"),
    [
        (swap_two_rows, "output_hash"),
        (lose_a_chunk, "row_count"),
        (rename_a_column, "output_hash"),
        (change_the_sql, "statement_hash"),
        (change_the_body, "body_hash"),
    ],
)
def test_the_first_difference_is_named(browse, alice, source, tamper, field):
    run = run_now(alice, source, MANY)
    tamper(run.id)
    found = verification_of(browse(alice), run)
    assert (found["outcome"], found["field"]) == ("differs", field)
    assert found["expected"] != found["found"]


def test_the_page_tells_it_and_its_button_checks_it(browse, alice, source, flights):
    run = run_now(alice, source, "select a from evidence_flights")
    page = browse(alice).get(f"/runs/{run.id}").text
    assert "public.evidence_flights" in page and "Hash of this report" in page
    assert "Verified" in browse(alice).post(f"/runs/{run.id}/verification").text
    change_the_sql(run.id)
    assert "statement_hash" in browse(alice).post(f"/runs/{run.id}/verification").text


def test_the_command_checks_a_stored_run(environment, alice, source):
    run = run_now(alice, source, MANY)
    runner = CliRunner(env=environment)
    assert runner.invoke(command, ["verify", str(run.id)]).output == "pass\n"
    swap_two_rows(run.id)
    outcome = runner.invoke(command, ["verify", str(run.id)])
    assert (outcome.exit_code, outcome.output[:21]) == (1, "differs: output_hash\n")
    assert runner.invoke(command, ["verify"]).exit_code == 2
