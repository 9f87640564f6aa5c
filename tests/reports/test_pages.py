"""Saved reports: made and changed on a page, answered with evidence, and seen by one organisation alone."""

import re

import pytest
from sqlalchemy import text

from app.core import db
from app.reports.expire import forget_rows
from tests.reporting.asking import fact, keep

QUESTION = {
    "name": "Failures",
    "dataset": "runs",
    "period": "2026-03-01..2026-03-31",
    "dimensions": ["datasource"],
    "measures": ["run_count", "failure_rate"],
    "filters": [{"field": "duration_ms", "op": "gte", "value": 10}],
    "order_by": [{"measure": "run_count", "direction": "desc"}],
    "chart": "bar",
}
FORM = {
    "name": "Failures",
    "dataset": "runs",
    "dataset_before": "runs",
    "period": "2026-03-01..2026-03-31",
    "dimensions": ["day", "datasource"],
    "measures": ["run_count"],
    "time_zone": "UTC",
    "limit": "100",
    "chart": "line",
}


@pytest.fixture
def facts(alice):
    keep(
        fact(1, alice.org_id, datasource="Flights", duration_ms=10),
        fact(2, alice.org_id, datasource="Flights", duration_ms=30, state="failed"),
        fact(3, alice.org_id, datasource="Bills", duration_ms=5),
    )


@pytest.fixture
def report(browse, alice, facts):
    """The number of a saved report."""
    return browse(alice).api("POST", "/v1/saved-reports", QUESTION).json["id"]


def test_a_report_is_saved_asked_and_its_answer_can_be_checked(browse, bob, report):
    browser = browse(bob)
    answer = browser.api("POST", f"/v1/saved-reports/{report}/answers")
    assert answer.status_code == 201
    assert answer.json["rows"] == [{"datasource": "Flights", "run_count": 2, "failure_rate": 0.5}]
    place = f"/v1/saved-reports/{report}/answers/{answer.json['id']}"
    evidence = browser.api("GET", f"{place}/evidence").json
    assert evidence["body_hash"] == answer.json["body_hash"]
    assert evidence["body"]["sources"] == [{"dataset": "runs"}]
    assert browser.api("POST", f"{place}/verification").json["outcome"] == "pass"
    columns = browser.api("GET", f"{place}/columns?column=run_count").json
    assert (columns["values"], columns["row_count"]) == ([[2]], 1)
    assert columns["columns"][0]["label"] == "Run count"
    with db.transaction() as session:
        session.execute(text("update report_answers set data = (select data from report_answers limit 1)"))
        session.execute(text("update report_answers set body = replace(body, 'sha256:', 'sha256:0')"))
    assert browser.api("POST", f"{place}/verification").json["outcome"] == "differs"


def test_equal_answers_have_equal_evidence_but_for_their_clock(browse, bob, report):
    bodies = []
    for _ in range(2):
        answer = browse(bob).api("POST", f"/v1/saved-reports/{report}/answers").json
        place = f"/v1/saved-reports/{report}/answers/{answer['id']}/evidence"
        body = browse(bob).api("GET", place).json["body"]
        bodies.append({**body, "input_frontier": None})
    assert bodies[0] == bodies[1]


def test_the_page_shows_the_newest_answer_and_asks_where_there_is_none(browse, bob, report):
    browser = browse(bob)
    page = browser.get(f"/reports/{report}")
    assert "Failures" in page.text and 'hx-trigger="load"' in page.text
    answered = browser.post(f"/reports/{report}/answers", htmx=True)
    assert "Flights" in answered.text and "50.0%" in answered.text
    assert 'hx-trigger="load"' not in browser.get(f"/reports/{report}").text


def test_a_report_is_made_with_the_builder(browse, alice, facts):
    browser = browse(alice)
    assert "Run count" in browser.get("/reports/new?dataset=runs").text
    made = browser.post("/reports", FORM)
    assert made.status_code == 303
    assert "Failures" in browser.get(made.location).text
    assert "Failures" in browser.get("/reports?q=fail").text


def test_the_builder_adds_drops_and_moves_what_is_chosen(browse, alice, facts):
    def after(**changed):
        page = browse(alice).post("/reports/draft", {**FORM, **changed}).text
        return re.findall(r'name="dimensions" value="(\w+)"', page), page

    assert after(do="up:dimensions:1")[0] == ["datasource", "day"]
    assert after(do="drop:dimensions:0")[0] == ["datasource"]
    assert after(do="add:dimensions", added_dimensions="state")[0] == ["day", "datasource", "state"]
    assert after(do="down:dimensions:9")[0] == ["day", "datasource"]
    _, page = after(do="add:filters", added_filters="duration_ms")
    assert 'name="filter_field" value="duration_ms"' in page and "is at least" in page
    names, page = after(dataset="refreshes")
    assert names == ["day"] and "refresh_count" in page


def test_what_is_wrong_is_said_at_its_place_and_nothing_is_saved(browse, alice, facts):
    wrong = {**FORM, "name": "", "period": "since forever", "filter_field": "duration_ms"}
    wrong |= {"filter_op": "gt", "filter_value": "long"}
    answer = browse(alice).post("/reports", wrong)
    assert answer.status_code == 422
    assert "Give the report a name." in answer.text
    assert "last 7 days" in answer.text
    later = browse(alice).post("/reports", {**wrong, "name": "Slow", "period": "today"})
    assert "This must be a whole number." in later.text
    assert "Slow" not in browse(alice).get("/reports?q=slow").text.split("saved-search")[0]
    assert browse(alice).api("GET", "/v1/saved-reports").json["reports"] == []


def test_each_save_is_a_version_that_can_come_back_and_nobody_is_overwritten(browse, alice, dana, report):
    place = f"/v1/saved-reports/{report}"
    second = {**QUESTION, "name": "All runs", "filters": [], "based_on": 1}
    assert browse(alice).api("POST", place, second).json["version"] == 2
    late = browse(dana).api("POST", place, {**second, "name": "Mine"})
    assert late.status_code == 409 and "Alice saved version 2" in late.json["detail"]
    assert browse(alice).post(f"/reports/{report}/versions/1/restoration").status_code == 303
    now = browse(alice).api("GET", place).json
    assert (now["version"], now["name"], len(now["question"]["filters"])) == (3, "All runs", 1)


def test_favourites_are_each_persons_own(browse, alice, bob, report):
    browse(bob).post(f"/reports/{report}/favourite")
    assert "Failures" in browse(bob).get("/reports?favourites=1").text
    assert "Failures" not in browse(alice).get("/reports?favourites=1").text
    browse(bob).post(f"/reports/{report}/favourite/removal")
    assert "Failures" not in browse(bob).get("/reports?favourites=1").text


def test_a_viewer_asks_and_does_not_make(browse, bob, report):
    assert browse(bob).get("/reports/new").status_code == 403
    assert browse(bob).api("POST", "/v1/saved-reports", QUESTION).status_code == 403


def test_what_only_admins_may_ask_stays_hidden_from_others_in_a_saved_report(browse, bob, dana, facts):
    by_person = {**QUESTION, "name": "People", "dimensions": ["person"], "filters": []}
    number = browse(dana).api("POST", "/v1/saved-reports", by_person).json["id"]
    answer = browse(dana).api("POST", f"/v1/saved-reports/{number}/answers").json["id"]
    assert browse(bob).api("POST", f"/v1/saved-reports/{number}/answers").status_code == 422
    assert browse(bob).api("GET", f"/v1/saved-reports/{number}/answers/{answer}").status_code == 422
    assert "There is no dimension" in browse(bob).get(f"/reports/{number}").text


def test_a_stranger_sees_404(browse, bob, charlie, report):
    answer = browse(bob).api("POST", f"/v1/saved-reports/{report}/answers").json["id"]
    stranger = browse(charlie)
    for path in ("", "/edit"):
        assert stranger.get(f"/reports/{report}{path}").status_code == 404, path
    for path in ("answers", "favourite", "favourite/removal", "tags", "archival", "versions/1/restoration"):
        assert stranger.post(f"/reports/{report}/{path}").status_code == 404, path
    assert stranger.post(f"/reports/{report}/answers/{answer}/verification").status_code == 404
    for path in ("", f"/answers/{answer}", f"/answers/{answer}/evidence", f"/answers/{answer}/columns"):
        assert stranger.api("GET", f"/v1/saved-reports/{report}{path}").status_code == 404, path
    assert stranger.api("POST", f"/v1/saved-reports/{report}", QUESTION).status_code == 404


def test_admins_see_how_the_facts_stand_and_have_them_made_again(browse, alice, dana, facts):
    page = browse(dana).get("/reports/facts")
    assert "Up to date" in page.text
    assert browse(alice).get("/reports/facts").status_code == 403
    assert browse(dana).post("/reports/facts/runs/backfills").status_code == 303
    assert "Being made again" in browse(dana).get("/reports/facts").text
    assert browse(dana).post("/reports/facts/salaries/backfills").status_code == 422
    assert browse(dana).post("/reports/facts/tries").status_code == 303
    told = browse(dana).api("GET", "/v1/reports/facts").json["datasets"]
    assert {"dataset": "runs", "backfilling": True}.items() <= next(
        t for t in told if t["dataset"] == "runs"
    ).items()


def test_rows_of_old_answers_are_forgotten_and_their_evidence_stays(browse, bob, report):
    place = f"/v1/saved-reports/{report}/answers"
    first, second = (browse(bob).api("POST", place).json["id"] for _ in range(2))
    with db.transaction() as session:
        session.execute(text("update report_answers set asked_at = asked_at - interval '400 days'"))
    assert (forget_rows(), forget_rows()) == (1, 0)
    assert browse(bob).api("GET", f"{place}/{first}").json["rows"] is None
    assert browse(bob).api("GET", f"{place}/{second}").json["rows"]
    assert browse(bob).api("POST", f"{place}/{first}/verification").json["outcome"] == "unavailable"
    assert browse(bob).api("GET", f"{place}/{first}/evidence").json["body"]["output_hash"]
