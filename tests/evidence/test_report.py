"""The body says the same of the same facts, and something else of others."""

import hashlib
import json
from dataclasses import replace

import pytest

from app.evidence.envelope import write
from app.evidence.frontier import Frontier
from app.evidence.report import (
    Asked,
    BoundAs,
    EventsUpTo,
    FindingCode,
    Freshness,
    Observed,
    Report,
    Source,
    canonical,
    projection_id,
    values_hash,
)
from app.evidence.verify import Outcome, verify_body, verify_facts
from app.evidence.words import sentence

ASKED = Asked(
    7, "select {{ a }}", (BoundAs("a", "text", "é"), BoundAs("b", "integer", None)), 60, 1000, 10**9
)
REPORT = Report(
    asked=ASKED,
    sources=(Source(7, "postgres", ("public.b", "public.a", "public.b")),),
    frontier=Frontier("0/16B3740", "2026-01-01T00:00:00.000000Z"),
    output_hash="sha256:" + "0" * 64,
)


def test_the_same_facts_give_the_same_bytes():
    assert write(REPORT) == write(replace(REPORT, sources=(Source(7, "postgres", ("public.a", "public.b")),)))


def test_the_hash_is_of_the_canonical_body():
    written = write(REPORT)
    assert written.body_hash == "sha256:" + hashlib.sha256(written.body.encode()).hexdigest()
    again = json.dumps(json.loads(written.body), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert written.body == again


def test_the_body_holds_every_member_and_nothing_of_the_moment():
    assert sorted(REPORT.body()) == [
        "cache_status",
        "checkpoint",
        "findings",
        "freshness",
        "input_frontier",
        "output_hash",
        "projection_id",
        "replay_mode",
        "schema_version",
        "sources",
        "statement_hash",
        "values_hash",
        "watermark",
    ]


@pytest.mark.parametrize(
    "other",
    [
        replace(ASKED, datasource_id=8),
        replace(ASKED, sql="select {{ a }} "),
        replace(ASKED, values=(BoundAs("a", "text", "e"), BoundAs("b", "integer", None))),
        replace(ASKED, values=(BoundAs("a", "text", "é"), BoundAs("b", "text", None))),
        replace(ASKED, max_rows=1001),
    ],
)
def test_only_equal_runs_have_the_same_projection(other):
    assert projection_id(other) != projection_id(ASKED)


def test_values_are_hashed_by_name_and_null_is_not_text():
    one, two = BoundAs("a", "text", None), BoundAs("b", "text", "x")
    assert values_hash((one, two)) == values_hash((two, one))
    assert values_hash((one,)) != values_hash((BoundAs("a", "text", "null"),))


def test_findings_are_sorted_and_say_all_that_holds():
    report = Report(
        asked=ASKED,
        sources=(Source(7, "postgres"),),
        frontier=Frontier(reason="no"),
        output_hash=None,
        freshness=Freshness(observed=Observed.STALE_ALLOWED),
        truncated_by="rows",
        failure="syntax",
        watermark=EventsUpTo("at", None, None, "No row has a value there."),
    )
    assert [finding["code"] for finding in report.body()["findings"]] == sorted(FindingCode)
    assert REPORT.body()["findings"] == []


def test_every_finding_can_be_said():
    assert all(sentence(str(code), "rows").endswith(".") for code in FindingCode)


def test_a_changed_body_is_found_by_its_hash_and_a_changed_fact_by_its_name():
    written = write(REPORT)
    body = json.loads(written.body)
    assert verify_body(body, written.body_hash).passed
    body["cache_status"] = "hit"
    verdict = verify_body(body, written.body_hash)
    assert (verdict.outcome, verdict.field) == (Outcome.DIFFERS, "body_hash")
    assert verify_facts(body, {"cache_status": "miss"}).field == "cache_status"


def test_a_body_of_another_schema_is_not_judged():
    body = REPORT.body() | {"schema_version": 2}
    hashed = "sha256:" + hashlib.sha256(canonical(body)).hexdigest()
    assert verify_body(body, hashed).outcome is Outcome.UNAVAILABLE
