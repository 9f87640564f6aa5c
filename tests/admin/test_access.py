"""Why somebody can, or cannot, see one thing: what is told is what the pages do."""

import pytest

from tests.makers import make_datasource, make_query, run_now


@pytest.fixture
def source(dana, connection_fields):
    return make_datasource(dana, connection_fields)


def why(browse, dana, kind, id, person):
    given = {"kind": kind, "id": id, "user_id": person.user_id}
    answer = browse(dana).api("GET", "/v1/access", query_string=given)
    assert answer.status_code == 200, answer.text
    return answer.json


def test_what_is_told_is_what_the_page_answers(browse, dana, alice, bob, source):
    query = make_query(alice, source, "select 2 as two", "Two")
    gone = make_query(alice, source, "select 3", "Gone")
    browse(alice).post(f"/queries/{gone.id}/archival")
    dashboard = browse(alice).api("POST", "/v1/dashboards", {"name": "Board", "tiles": []}).json["id"]
    runs = {sql: run_now(alice, source, sql).id for sql in ("select 'own'", "select 2 as two")}
    bobs = browse(bob).api("POST", "/v1/runs", {"query_id": query.id}).json["id"]
    things = [
        ("query", query.id, "saved queries"),
        ("query", gone.id, "archived"),
        ("dashboard", dashboard, "dashboards"),
        ("datasource", source.id, "datasources"),
        ("run", runs["select 'own'"], "SQL that somebody else wrote"),
        ("run", runs["select 2 as two"], "says the same SQL by now"),
        ("run", bobs, "run of a saved query"),
    ]
    places = {"query": "queries", "dashboard": "dashboards", "datasource": "datasources", "run": "runs"}
    for kind, id, words in things:
        for person in (alice, bob):
            told = why(browse, dana, kind, id, person)
            seen = browse(person).get(f"/{places[kind]}/{id}").status_code == 200
            assert told["may_see"] is seen, (kind, id, person.name, told)
            if person is bob:
                assert words in told["because"], told
    assert "may not change it" in why(browse, dana, "query", query.id, bob)["beyond"][0]
    assert "editors see every run" in why(browse, dana, "run", runs["select 'own'"], alice)["because"]


def test_who_is_shut_out_sees_nothing(browse, dana, bob, source):
    browse(dana).post(f"/settings/members/{bob.user_id}/disablement")
    told = why(browse, dana, "datasource", source.id, bob)
    assert (told["may_see"], "Bob is disabled in Acme" in told["because"], told["beyond"]) == (
        False,
        True,
        [],
    )


def test_the_page_tells_it_in_words(browse, dana, bob, source):
    run = run_now(dana, source, "select 'hidden'")
    path = f"/settings/access?kind=run&id={run.id}&user_id={bob.user_id}"
    page = browse(dana).get(path)
    assert page.status_code == 200 and f"Bob cannot see run {run.id}" in page.text
    assert "<html" not in browse(dana).get(path, htmx=True).text
    assert "Choose a thing and a person" in browse(dana).get("/settings/access?kind=run").text
    assert f"/settings/access?kind=run&amp;id={run.id}" in browse(dana).get(f"/runs/{run.id}").text


def test_strangers_and_nonsense_are_refused(browse, dana, alice, bob, charlie, source):
    given = {"kind": "datasource", "id": source.id, "user_id": charlie.user_id}
    assert browse(dana).api("GET", "/v1/access", query_string=given).status_code == 404
    assert browse(charlie).api("GET", "/v1/access", query_string=given).status_code == 404
    assert browse(alice).get("/settings/access").status_code == 403
    assert browse(bob).api("GET", "/v1/access", query_string=given).status_code == 403
    for wrong, field in (({"kind": "king"}, "kind"), ({"id": "x"}, "id"), ({"user_id": "-1"}, "user_id")):
        asked = given | {"user_id": bob.user_id} | wrong
        answer = browse(dana).api("GET", "/v1/access", query_string=asked)
        assert (answer.status_code, list(answer.json["fields"])) == (422, [field])
        assert browse(dana).get("/settings/access", query_string=asked).status_code == 422
