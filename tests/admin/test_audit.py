"""The audit log: newest first, narrowed and in pages, for admins and of their own org."""

import csv
import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from app.accounts.allow import Actor
from app.audit.record import record
from app.core import db
from tests.browsing import Browser

Browse = Callable[[Actor | None], Browser]
PATH = "/v1/audit-entries"


@pytest.fixture
def log(alice: Actor, dana: Actor) -> None:
    """Five entries: four of Acme, of which two are alice's."""
    with db.transaction() as session:
        record(session, alice, "recompute.triggered", 7, report="top-entities")
        record(session, alice, "recompute.completed", 7)
        record(session, dana, "recomputed.otherwise", 7)
        record(session, dana, "query.created", 8)


def ask(browser: Browser, **given: object) -> list[str]:
    answer = browser.api("GET", PATH, query_string=given)
    assert answer.status_code == 200, answer.text
    return [each["action"] for each in answer.json["audit_entries"] if each["resource_type"] != "api_token"]


def test_an_admin_sees_who_did_what_newest_first(log: None, dana: Actor, browse: Browse):
    entries = browse(dana).api("GET", PATH).json["audit_entries"]
    first = next(each for each in entries if each["action"] == "recompute.triggered")
    assert (first["actor"]["name"], first["resource_type"], first["resource_id"]) == (
        "Alice",
        "recompute",
        "7",
    )
    assert first["metadata"] == {"report": "top-entities"} and first["created_at"].endswith("Z")
    assert [each["id"] for each in entries] == sorted((each["id"] for each in entries), reverse=True)


def test_it_is_narrowed_by_all_that_is_given(log: None, dana: Actor, browse: Browse):
    admin = browse(dana)
    assert ask(admin, action="recompute.triggered") == ["recompute.triggered"]
    assert ask(admin, action="recompute.") == ["recompute.completed", "recompute.triggered"]
    assert ask(admin, actor="Dana", resource_id="7") == ["recomputed.otherwise"]
    assert ask(admin, resource_type="query") == ["query.created"]
    assert ask(admin, to="2020-01-01") == []
    assert len(ask(admin, **{"from": "2020-01-01T00:00:00+02:00"})) == 4


def test_pages_follow_each_other_without_a_gap(log: None, dana: Actor, browse: Browse):
    admin, seen, before = browse(dana), [], {}
    given = {"limit": 1, "action": "recompute."}
    while True:
        page = admin.api("GET", PATH, query_string=given | before).json
        seen += [each["action"] for each in page["audit_entries"]]
        if page["older"] is None:
            break
        before = {"before": page["older"]}
    assert seen == ["recompute.completed", "recompute.triggered"]


def test_others_are_refused_and_a_stranger_sees_his_own(
    log: None, alice: Actor, bob: Actor, charlie: Actor, browse: Browse
):
    assert [browse(each).api("GET", PATH).status_code for each in (alice, bob)] == [403, 403]
    assert ask(browse(charlie)) == []


def test_what_makes_no_sense_is_refused_at_its_name(log: None, dana: Actor, browse: Browse):
    for given, field in (
        ({"limit": 0}, "limit"),
        ({"limit": 1001}, "limit"),
        ({"before": "x"}, "before"),
        ({"from": "yesterday"}, "from"),
        ({"from": "2026-01-02", "to": "2026-01-01"}, "to"),
        ({"to": "2026-01-01T00:00:00"}, "to"),
        ({"org_id": 1}, "org_id"),
        ({"actor": "a\0"}, "actor"),
    ):
        answer = browse(dana).api("GET", PATH, query_string=given)
        assert (answer.status_code, list(answer.json["fields"])) == (422, [field])


def test_the_page_shows_narrows_and_leads_on(log: None, dana: Actor, alice: Actor, browse: Browse):
    admin = browse(dana)
    page = admin.get("/settings/audit").text
    assert "Recompute triggered" in page and "top-entities" in page and "recomputed.otherwise" in page
    narrowed = admin.get("/settings/audit?actor=Dana&resource_type=query", htmx=True).text
    assert "Query created" in narrowed and "Recompute" not in narrowed and "<html" not in narrowed
    assert 'href="/queries/8"' in narrowed
    assert "Nothing like this" in admin.get("/settings/audit?action=king.crowned").text
    answer = admin.get("/settings/audit?from=yesterday")
    assert answer.status_code == 422 and "Use a day such as" in answer.text
    assert browse(alice).get("/settings/audit").status_code == 403


def test_older_pages_of_the_page_follow_by_a_link(dana: Actor, browse: Browse):
    with db.transaction() as session:
        for number in range(120):
            record(session, dana, "query.saved", number)
    admin, path, seen = browse(dana), "/settings/audit?action=query.saved", []
    while path:
        text = admin.get(path).text
        seen += [int(each) for each in re.findall(r'href="/queries/(\d+)"', text)]
        found = re.search(r'rel="next" href="([^"]+)"', text)
        path = found[1].replace("&amp;", "&") if found else ""
    assert seen == list(range(119, -1, -1))


def test_it_leaves_as_a_file_in_which_no_name_is_a_formula(
    log: None, dana: Actor, charlie: Actor, alice: Actor, browse: Browse
):
    with db.transaction() as session:
        record(session, replace(dana, name="=cmd|' /C calc'!A0"), "query.named", 9, name='a "b", c')
    answer = browse(dana).get("/settings/audit/export?format=csv&resource_type=query")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert 'filename="audit-log.csv"' in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(answer.text.splitlines()))
    assert [row["action"] for row in rows] == ["query.named", "query.created"]
    assert rows[0]["actor"].startswith("'=cmd") and json.loads(rows[0]["details"]) == {"name": 'a "b", c'}
    lines = browse(dana).api("GET", "/v1/audit-entries/export", query_string={"actor": "Alice"}).text
    actions = [json.loads(line)["action"] for line in lines.splitlines()]
    assert actions == ["recompute.completed", "recompute.triggered"]
    assert "recompute" not in browse(charlie).get("/settings/audit/export").text
    assert browse(alice).get("/settings/audit/export").status_code == 403
    assert browse(dana).get("/settings/audit/export?format=xml").status_code == 422
