"""The doors: what can be asked, a question, its answer, and every mistake at its place."""

from datetime import timedelta

import pytest

from tests.reporting.asking import A_MONTH, fact, keep

VALUE = "filters.0.value"
RUNS = {"dataset": "runs", "time_range": A_MONTH}


def where(field, op, value):
    return {"filters": [{"field": field, "op": op, "value": value}]}


def during(start, end):
    return {"time_range": {"from": start, "to": end}}


@pytest.fixture
def ask(browse, alice):
    browser = browse(alice)
    return lambda **question: browser.api("POST", "/v1/reports/query", {**RUNS, **question})


@pytest.fixture
def facts(alice, charlie):
    """Four runs of alice's organisation in two days, and one of charlie's."""
    day = timedelta(days=1)
    keep(
        fact(1, alice.org_id, datasource="Flights", duration_ms=10, person_id=1),
        fact(2, alice.org_id, datasource="Flights", duration_ms=30, state="failed", person_id=2),
        fact(3, alice.org_id, day, datasource="Bills", duration_ms=20, state="lost", person_id=1),
        fact(4, alice.org_id, day, datasource=None, person_id=1),
        fact(5, charlie.org_id, datasource="Secret", duration_ms=1),
    )


def test_the_catalog_lists_datasets_in_order_with_what_can_be_asked(browse, alice):
    datasets = browse(alice).api("GET", "/v1/reports/catalog").json["datasets"]
    names = [each["name"] for each in datasets]
    assert names == sorted(names)
    runs = next(each for each in datasets if each["name"] == "runs")
    assert {"name": "day", "type": "date"}.items() <= runs["dimensions"][1].items()
    assert runs["filters"][1].keys() == {"name", "type", "help", "ops"}
    assert all(each["help"] for each in (*runs["dimensions"], *runs["measures"], *runs["filters"]))


def test_what_is_sensitive_is_listed_for_admins_only(browse, alice, dana):
    def seen(actor):
        datasets = browse(actor).api("GET", "/v1/reports/catalog").json["datasets"]
        return {each["name"]: {d["name"] for d in each["dimensions"]} for each in datasets}

    assert "sign_ins" in seen(dana) and "person" in seen(dana)["runs"]
    assert "sign_ins" not in seen(alice) and "person" not in seen(alice)["runs"]


def test_a_question_is_answered_with_columns_and_rows(ask, facts):
    answer = ask(
        dimensions=["datasource", "day"],
        measures=["run_count", "avg_duration_ms"],
        order_by=[{"measure": "run_count", "direction": "desc"}],
    ).json
    assert answer["columns"] == [
        {"name": "datasource", "kind": "dimension", "type": "text"},
        {"name": "day", "kind": "dimension", "type": "date"},
        {"name": "run_count", "kind": "measure", "type": "integer"},
        {"name": "avg_duration_ms", "kind": "measure", "type": "decimal", "unit": "ms"},
    ]
    assert answer["rows"] == [
        {"datasource": "Flights", "day": "2026-03-01", "run_count": 2, "avg_duration_ms": 20.0},
        {"datasource": "Bills", "day": "2026-03-02", "run_count": 1, "avg_duration_ms": 20.0},
        {"datasource": None, "day": "2026-03-02", "run_count": 1, "avg_duration_ms": None},
    ]


def test_without_dimensions_there_is_one_row_and_without_measures_it_counts(ask, facts):
    assert ask().json["rows"] == [{"row_count": 4}]
    failed = {"field": "state", "op": "in", "value": ["failed", "lost"]}
    found = ask(measures=["run_count", "failure_rate", "p95_duration_ms"], filters=[failed]).json
    assert found["rows"] == [{"run_count": 2, "failure_rate": 1.0, "p95_duration_ms": 30}]
    assert ask(filters=[{"field": "datasource", "op": "neq", "value": "Flights"}]).json["rows"][0] == {
        "row_count": 2
    }
    nothing = {"field": "datasource", "op": "eq", "value": None}
    assert ask(dimensions=["hour"], filters=[nothing]).json["rows"] == [
        {"hour": "2026-03-02T00:00:00Z", "row_count": 1}
    ]


def test_the_range_has_its_beginning_and_not_its_end(ask, facts):
    one_day = {"from": "2026-03-01T01:00:00+01:00", "to": "2026-03-02T00:00:00Z"}
    assert ask(time_range=one_day).json["rows"] == [{"row_count": 2}]


def test_days_begin_at_the_midnights_of_the_zone(ask, facts):
    rows = ask(dimensions=["day"], time_zone="America/New_York").json["rows"]
    assert [row["day"] for row in rows] == ["2026-02-28", "2026-03-01"]


def test_another_organisation_sees_its_own_facts_alone(browse, charlie, facts):
    answer = browse(charlie).api("POST", "/v1/reports/query", {**RUNS, "dimensions": ["datasource"]})
    assert answer.json["rows"] == [{"datasource": "Secret", "row_count": 1}]


def test_explaining_shows_the_statement_and_what_is_bound_and_runs_nothing(browse, alice, facts):
    nasty = {"field": "datasource", "op": "eq", "value": "'; drop table runs; --"}
    answer = browse(alice).api("POST", "/v1/reports/explain", {**RUNS, "filters": [nasty]}).json
    assert answer["language"] == "postgres"
    assert "drop table" not in answer["statement"] and "org_id = $" in answer["statement"]
    assert nasty["value"] in answer["values"] and alice.org_id in answer["values"]


@pytest.mark.parametrize(
    ("change", "code", "place", "words"),
    [
        ({"dataset": "salaries"}, "unknown_dataset", "dataset", "Allowed: "),
        ({"dataset": "sign_ins"}, "unknown_dataset", "dataset", "Allowed: "),
        ({"dimensions": ["state", "colour"]}, "unknown_dimension", "dimensions.1", "datasource"),
        ({"dimensions": ["person"]}, "unknown_dimension", "dimensions.0", "datasource"),
        ({"dimensions": ["org_id"]}, "unknown_dimension", "dimensions.0", "your own"),
        ({"dimensions": ["state", "state"]}, "repeated_dimension", "dimensions.1", "twice"),
        ({"measures": ["speed"]}, "unknown_measure", "measures.0", "run_count"),
        ({"org_id": 1}, "invalid", "org_id", "not a known field"),
        (
            where("org_id", "eq", 2),
            "unknown_field",
            "filters.0.field",
            "own",
        ),
        (where("state", "like", "x"), "invalid", "filters.0.op", "'neq'"),
        (where("state", "eq", 3), "wrong_type", VALUE, "text"),
        (
            where("run_id", "gt", "3"),
            "wrong_type",
            VALUE,
            "whole",
        ),
        (where("run_id", "eq", 2**63), "wrong_type", VALUE, ""),
        (
            where("run_id", "in", 3),
            "wrong_type",
            VALUE,
            "array",
        ),
        (
            where("run_id", "eq", [3]),
            "wrong_type",
            VALUE,
            "one",
        ),
        (
            where("state", "in", ["a\0"]),
            "wrong_type",
            VALUE,
            "",
        ),
        (
            where("state", "gt", None),
            "wrong_type",
            VALUE,
            "null",
        ),
        (
            {"order_by": [{"dimension": "state", "measure": "row_count"}], "dimensions": ["state"]},
            *("bad_order", "order_by.0", "not both"),
        ),
        ({"order_by": [{"dimension": "state"}]}, "unknown_dimension", "order_by.0.dimension", "none"),
        ({"limit": 0}, "invalid", "limit", "1"),
        ({"limit": 1_000_000}, "invalid", "limit", "10000"),
        (
            during(A_MONTH["to"], A_MONTH["from"]),
            "bad_range",
            "time_range",
            "earlier",
        ),
        ({"time_range": {"from": A_MONTH["from"]}}, "invalid", "time_range.to", "required"),
        (during(A_MONTH["from"], "2099-01-01T00:00:00Z"), "bad_range", "time_range", "At most"),
        (during(A_MONTH["from"], "2026-04-01"), "invalid", "time_range.to", "offset"),
        (during(A_MONTH["from"], 1_800_000_000), "invalid", "time_range.to", "offset"),
        ({"time_zone": "Mars"}, "unknown_time_zone", "time_zone", "Europe/Berlin"),
    ],
)
def test_a_mistake_is_told_with_its_code_its_place_and_what_is_allowed(ask, change, code, place, words):
    answer = ask(**change)
    assert answer.status_code == 422
    assert answer.json["code"] == code
    assert words in answer.json["fields"][place], answer.json
