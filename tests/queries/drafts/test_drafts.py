"""What is written and not saved comes back, to its writer only."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from app.core import db
from app.queries.drafts.keep import forget_draft
from app.saved.archive import archive
from tests.makers import make_query


@pytest.fixture
def query(alice, source):
    return make_query(alice, source, "select 1 as one")


def keep(browser, query=None, sql="select 2 as two", **more):
    sent = {"sql": sql, "name": "Mine"} | ({"query_id": query.id, "based_on": 1} if query else {}) | more
    return browser.post("/queries/draft", sent, htmx=True).status_code


def test_a_draft_comes_back_and_says_so(query, browse, alice):
    browser = browse(alice)
    assert keep(browser, query, "select 2\r\n as two") == 204
    html = browser.get(f"/queries/{query.id}").text
    assert "Your draft is back" in html
    assert "select 2\n as two" in html
    assert keep(browser, query, "select 3") == 204
    assert "select 3" in browser.get(f"/queries/{query.id}").text


def test_a_query_without_a_name_is_a_draft_until_it_is_named(source, browse, alice):
    browser = browse(alice)
    assert keep(browser, sql="select 7 as seven", datasource_id=source.id) == 204
    assert "select 7 as seven" in browser.get("/queries/new").text
    form = {"name": "Seven", "datasource_id": source.id, "sql": "select 7 as seven"}
    saved = browser.post("/queries", form)
    assert saved.status_code == 303
    assert "select 7 as seven" not in browser.get("/queries/new").text


def test_nobody_else_sees_it(query, browse, alice, dana, bob):
    keep(browse(alice), query)
    for other in (dana, bob):
        assert "select 2 as two" not in browse(other).get(f"/queries/{query.id}").text


def test_to_save_and_to_throw_away_both_end_it(query, source, browse, alice):
    browser = browse(alice)
    keep(browser, query)
    form = {"name": "One", "datasource_id": source.id, "sql": "select 5", "based_on": 1}
    assert browser.post(f"/queries/{query.id}", form).status_code == 303
    assert "Your draft is back" not in browser.get(f"/queries/{query.id}").text
    keep(browser, query, based_on=2)
    assert browser.post("/queries/draft/removal", {"query_id": query.id}).status_code == 303
    assert "select 5" in browser.get(f"/queries/{query.id}").text


def test_one_that_is_thrown_away_at_the_same_moment_is_begun_anew(app, query, browse, alice):
    browser = browse(alice)
    keep(browser, query)
    with ThreadPoolExecutor(1) as other, db.new_session() as session:
        forget_draft(session, alice, query.id)
        kept = other.submit(keep, browser, query, "select 3 as three")
        while not waiting(session):
            assert not kept.done(), kept.result()
        session.commit()
        assert kept.result() == 204
    assert "select 3 as three" in browser.get(f"/queries/{query.id}").text


def waiting(session):
    return session.scalar(text("select count(*) from pg_locks where not granted"))


def test_a_text_that_was_saved_is_no_draft(query, browse, alice):
    browser = browse(alice)
    keep(browser, query)
    assert keep(browser, query, "select 1 as one") == 204
    assert "Your draft is back" not in browser.get(f"/queries/{query.id}").text


def test_a_draft_of_an_old_version_says_so_and_saves_as_a_question(query, source, browse, alice, dana):
    browser = browse(alice)
    keep(browser, query)
    form = {"name": "One", "datasource_id": source.id, "sql": "select 'theirs'", "based_on": 1}
    assert browse(dana).post(f"/queries/{query.id}", form).status_code == 303
    html = browser.get(f"/queries/{query.id}").text
    assert "on version 1; the newest is version 2" in html
    answer = browser.post(f"/queries/{query.id}", form | {"sql": "select 2 as two"}, htmx=True)
    assert answer.status_code == 422
    assert "select &#39;theirs&#39;" in answer.text and "select 2 as two" in answer.text


def test_strangers_viewers_and_nonsense_are_refused(query, source, session, browse, alice, bob, charlie):
    assert keep(browse(charlie), query) == 404
    assert browse(charlie).post("/queries/draft/removal", {"query_id": query.id}).status_code == 404
    assert keep(browse(bob), query) == 403
    assert keep(browse(alice), query, "x" * 1_000_001) == 422
    assert keep(browse(alice), query, based_on="one") == 422
    assert keep(browse(charlie), sql="select 1", datasource_id=source.id) == 404
    archive(session, alice, session.merge(query))
    session.commit()
    assert keep(browse(alice), query) == 404


WRITTEN = {
    "sql": "select {{ least }}::int",
    "param.least.kind": "integer",
    "param.least.value": "7",
    "param.least.settings": "1",
    "param.least.label": "At least so many",
    "time_zone": "Asia/Tokyo",
}


def test_parameters_and_the_time_zone_come_back_with_their_settings_and_values(query, browse, alice):
    browser = browse(alice)
    assert keep(browser, query, **WRITTEN) == 204
    html = browser.get(f"/queries/{query.id}").text
    assert 'name="param.least.value" value="7"' in html
    assert 'value="At least so many"' in html
    assert 'name="time_zone" value="Asia/Tokyo"' in html


def test_other_values_alone_are_no_draft_other_settings_are(source, browse, alice):
    browser = browse(alice)
    form = {"name": "Least", "datasource_id": source.id, **WRITTEN}
    assert browser.post("/queries", form).status_code == 303
    sent = {**WRITTEN, "query_id": 1, "based_on": 1}
    browser.post("/queries/draft", sent | {"param.least.value": "9"}, htmx=True)
    assert "Your draft is back" not in browser.get("/queries/1").text
    browser.post("/queries/draft", sent | {"param.least.label": "Fewest"}, htmx=True)
    assert 'value="Fewest"' in browser.get("/queries/1").text
    browser.post("/queries/draft", sent | {"time_zone": ""}, htmx=True)
    assert "Your draft is back" in browser.get("/queries/1").text
