"""Lists of runs: who sees what, how they are narrowed, and how their pages follow each other."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from app.core import db
from app.runs.models import Run, RunState
from app.saved.archive import archive
from tests.makers import make_datasource, make_query, run_now, start
from tests.queries.counting import statements

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def change(run_id: int, **values: object) -> None:
    with db.transaction() as session:
        session.execute(update(Run).where(Run.id == run_id).values(**values))


def ids(answer) -> list[int]:
    assert answer.status_code == 200, answer.text
    return [run["id"] for run in answer.json["runs"]]


@pytest.fixture
def runs(alice, dana, source) -> list[int]:
    """Run 1 to 6, one minute apart from noon on: 2 failed, 3 by dana, 4 from the API, 5 cut, 6 queued."""
    for who, sql in ((alice, "select 1"), (alice, "select nope"), (dana, "select 3"), (alice, "select 4")):
        run_now(who, source, sql)
    run_now(alice, source, "select generate_series(1, 20)", max_rows=10)
    start(alice, source, "select 6")
    for number in range(1, 7):
        change(number, queued_at=NOON + timedelta(minutes=number))
    change(4, trigger="api")
    return list(range(1, 7))


NARROWED = [
    ("", [6, 5, 4, 3, 2, 1]),
    ("?state=failed", [2]),
    ("?state=queued", [6]),
    ("?state=failed&state=queued", [6, 2]),
    ("?state=failed&state=succeeded", [5, 4, 3, 2, 1]),
    ("?state=failed&state=&state=lost&state=failed", [2]),
    ("?state=queued&state=failed&requested_by=me&trigger=person", [6, 2]),
    ("?requested_by=dana@example.com", [3]),
    ("?requested_by=DANA@example.com", [3]),
    ("?requested_by=me", [6, 5, 4, 2, 1]),
    ("?trigger=api", [4]),
    ("?trigger=api&trigger=schedule", [4]),
    ("?trigger=api&trigger=person&state=failed&state=succeeded&requested_by=me", [5, 4, 2, 1]),
    ("?datasource_id=1", [6, 5, 4, 3, 2, 1]),
    ("?from=2026-11-20T12:03:00Z", [6, 5, 4, 3]),
    ("?to=2026-11-20T12:03:00Z", [2, 1]),
    ("?from=2026-11-20T13:02:00%2B01:00&to=2026-11-20T12:04:00Z", [3, 2]),
    ("?from=2026-11-20&to=2026-11-20", [6, 5, 4, 3, 2, 1]),
    ("?from=2026-11-21", []),
    ("?to=2026-11-19", []),
    ("?state=succeeded&requested_by=alice@example.com&trigger=person", [5, 1]),
    ("?state=&trigger=&limit=2", [6, 5]),
]


def test_a_list_is_narrowed(browse, alice, runs):
    found = {filters: ids(browse(alice).api("GET", f"/v1/runs{filters}")) for filters, _ in NARROWED}
    assert found == dict(NARROWED)


REFUSED = [
    ("state=done", "state", "succeeded, failed"),
    ("state=failed&state=done", "state", "Use any of queued"),
    ("trigger=cron", "trigger", "person, api, schedule"),
    ("requested_by=charlie@example.com", "requested_by", "Nobody in Acme"),
    ("requested_by=nobody", "requested_by", "Nobody in Acme"),
    ("datasource_id=x", "datasource_id", "whole number"),
    ("query_id=-1", "query_id", "whole number"),
    ("from=yesterday", "from", "2026-11-21"),
    ("to=9999-12-31", "to", "2026-11-21"),
    ("from=2026-11-21&to=2026-11-20", "to", "ends before it begins"),
    ("limit=0", "limit", "1 to 1,000"),
    ("limit=1001", "limit", "1 to 1,000"),
    ("limit=many", "limit", "1 to 1,000"),
    ("cursor=x", "cursor", "no cursor"),
    ("cursor=%C3%A4%C3%B6", "cursor", "no cursor"),
    ("cursor=AH__________AAAAAAAAAAE", "cursor", "no cursor"),
    ("offset=10", "offset", "knows cursor"),
]


def test_a_filter_that_makes_no_sense_says_so(browse, alice, charlie, source):
    for filters, field, words in REFUSED:
        answer = browse(alice).api("GET", f"/v1/runs?{filters}")
        assert answer.status_code == 422, filters
        assert words in answer.json["fields"][field], filters


def test_a_line_tells_waiting_and_running_apart(browse, alice, runs):
    change(1, started_at=NOON + timedelta(minutes=3), finished_at=NOON + timedelta(minutes=3, seconds=7))
    run = browse(alice).api("GET", "/v1/runs").json["runs"][-1]
    assert (run["waited_ms"], run["ran_ms"]) == (120_000, 7_000)
    assert run["queued_at"] == "2026-11-20T12:01:00Z"
    assert run["requested_by"] == "alice@example.com"
    assert (run["row_count"], run["truncated_by"], run["failure_reason"]) == (1, None, None)
    assert "sql" not in run


def test_what_failed_and_what_was_cut_is_said(browse, alice, runs):
    listed = {run["id"]: run for run in browse(alice).api("GET", "/v1/runs").json["runs"]}
    assert listed[2]["failure_reason"] == "syntax"
    assert listed[5]["truncated_by"] == "rows"
    page = browse(alice).get("/runs").text
    assert "The database does not understand this SQL" in page
    assert "Cut at the limit of rows" in page


def test_pages_follow_each_other_both_ways(browse, alice, runs):
    api = browse(alice)
    seen, older = [], ""
    pages = []
    while True:
        answer = api.api("GET", f"/v1/runs?limit=2{older}").json
        seen += [run["id"] for run in answer["runs"]]
        pages.append(answer)
        if answer["older"] is None:
            break
        older = f"&cursor={answer['older']}"
    assert seen == [6, 5, 4, 3, 2, 1]
    assert [page["newer"] is None for page in pages] == [True, False, False]
    back = api.api("GET", f"/v1/runs?limit=2&cursor={pages[2]['newer']}").json
    assert [run["id"] for run in back["runs"]] == [4, 3]
    first = api.api("GET", f"/v1/runs?limit=2&cursor={back['newer']}").json
    assert ([run["id"] for run in first["runs"]], first["newer"]) == ([6, 5], None)


def test_runs_asked_in_the_same_microsecond_are_each_shown_once(browse, alice, runs):
    for number in runs:
        change(number, queued_at=NOON)
    api = browse(alice)
    first = api.api("GET", "/v1/runs?limit=4").json
    rest = api.api("GET", f"/v1/runs?limit=4&cursor={first['older']}").json
    assert [run["id"] for run in first["runs"] + rest["runs"]] == [6, 5, 4, 3, 2, 1]


def test_a_new_run_does_not_move_the_page_somebody_reads(browse, alice, source, runs):
    api = browse(alice)
    older = api.api("GET", "/v1/runs?limit=3").json["older"]
    start(alice, source, "select 7")
    assert ids(api.api("GET", f"/v1/runs?limit=3&cursor={older}")) == [3, 2, 1]


def test_the_page_of_a_query_lists_the_runs_of_all_its_versions(browse, alice, source):
    query = make_query(alice, source)
    browser = browse(alice)
    browser.post("/runs", {"query_id": query.id, "datasource_id": source.id, "sql": "select 1 as one"})
    form = {"name": "One", "datasource_id": source.id, "sql": "select 2 as one", "based_on": 1}
    assert browser.post(f"/queries/{query.id}", form).status_code == 303
    browser.post("/runs", {"query_id": query.id, "datasource_id": source.id, "sql": "select 2 as one"})
    browser.post("/runs", {"query_id": query.id, "datasource_id": source.id, "sql": "select 3 as other"})
    page = browser.get(f"/queries/{query.id}/runs").text
    assert page.count('<tr role="row">') == 3 and "version 2" in page and "version 1" in page
    assert ids(browser.api("GET", f"/v1/runs?query_id={query.id}")) == [2, 1]
    assert ids(browser.api("GET", f"/v1/runs?query_id={query.id}&limit=1")) == [2]
    assert ids(browser.api("GET", "/v1/runs")) == [3, 2, 1]


def test_the_runs_of_an_archived_query_stay(browse, alice, source, session):
    query = make_query(alice, source)
    archive(session, alice, query)
    session.commit()
    assert browse(alice).get(f"/queries/{query.id}/runs").status_code == 200


def test_the_page_of_a_datasource_lists_what_was_sent_there(browse, alice, dana, source, connection_fields):
    other = make_datasource(dana, connection_fields, "Elsewhere")
    start(alice, source, "select 'here'")
    start(alice, other, "select 'there'")
    page = browse(alice).get(f"/datasources/{other.id}/runs").text
    assert "select &#39;there&#39;" in page and "select &#39;here&#39;" not in page


def test_a_list_never_shows_another_org(browse, alice, charlie, source, runs):
    stranger = browse(charlie)
    query = make_query(alice, source)
    assert ids(stranger.api("GET", "/v1/runs")) == []
    assert "No runs yet" in stranger.get("/runs").text
    assert stranger.get(f"/datasources/{source.id}/runs").status_code == 404
    assert stranger.get(f"/queries/{query.id}/runs").status_code == 404
    assert stranger.api("GET", f"/v1/runs?datasource_id={source.id}").status_code == 404
    assert stranger.api("GET", f"/v1/runs?query_id={query.id}").status_code == 404


def test_filters_live_in_the_address_and_only_the_list_is_swapped(browse, alice, runs):
    browser = browse(alice)
    answer = browser.get("/runs?state=failed&trigger=&from=&cursor=", htmx=True)
    assert answer.headers["HX-Push-Url"] == "/runs?state=failed"
    assert answer.text.lstrip().startswith('<div id="runs"')
    several = browser.get("/runs?state=&state=failed&state=lost&trigger=person", htmx=True)
    assert several.headers["HX-Push-Url"] == "/runs?state=failed&state=lost&trigger=person"
    page = browser.get("/runs?state=failed&state=lost").text
    assert page.count(" checked") == 2 and "Failed, Lost" in page and "select 4" not in page


def test_a_filter_without_runs_offers_all_of_them(browse, alice, runs):
    text = browse(alice).get("/runs?state=lost").text
    assert "No such run" in text and "Show all runs" in text


def test_a_bad_filter_is_said_on_the_page(browse, alice, runs):
    answer = browse(alice).get("/runs?state=nonsense")
    assert answer.status_code == 422 and "Use any of queued" in answer.text
    assert browse(alice).get("/runs?cursor=nonsense", htmx=True).status_code == 422


def test_a_list_takes_the_same_few_statements_however_long_it_is(browse, alice, runs, source):
    browser = browse(alice)
    browser.get("/runs")
    counts = []
    for _ in range(2):
        with statements() as sent:
            assert browser.get("/runs").status_code == 200
        counts.append(len(sent))
        for _ in range(5):
            start(alice, source, "select 1")
    assert counts[0] == counts[1] <= 5


def test_an_unsaved_statement_is_shown_by_its_beginning_as_text(browse, alice, source):
    start(alice, source, "select '<b>bold</b>',\n   1")
    assert "select &#39;&lt;b&gt;bold&lt;/b&gt;&#39;, 1" in browse(alice).get("/runs").text


def test_a_cancelled_run_that_never_started_only_waited(browse, alice, source):
    run_id = start(alice, source, "select 1")
    change(run_id, state=RunState.CANCELLED, queued_at=NOON, finished_at=NOON + timedelta(seconds=5))
    [run] = browse(alice).api("GET", "/v1/runs").json["runs"]
    assert (run["waited_ms"], run["ran_ms"]) == (5000, None)
