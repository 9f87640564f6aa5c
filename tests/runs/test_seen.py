"""What a viewer may see of runs: saved queries' and his own, by every address and in every list."""

from collections.abc import Iterator

from flask import Flask
from sqlalchemy import text
from werkzeug.routing import Rule

from tests.makers import make_query, run_now

FAIL = text(
    "update runs set state = 'failed', started_at = now(), beat_at = now(), finished_at = now(),"
    " failure_reason = 'query', failure_message = '' where id = :id"
)
OTHERS = {"other_id": 1, "format": "csv", "column": 0, "position": 0}


def test_other_sql_of_an_editor_is_not_there_for_a_viewer_by_any_address(app, browse, alice, bob, source):
    run = run_now(alice, source, "select 'secret' as word")
    viewer, editor = browse(bob), browse(alice)
    asked = 0
    for method, path in _addresses(app, run.id):
        body = {} if method == "POST" else None
        json = path.startswith("/v1")
        found = viewer.api(method, path, body) if json else getattr(viewer, method.lower())(path)
        assert found.status_code == 404, f"{method} {path}: {found.status_code}"
        assert "secret" not in found.text
        asked += 1
    assert asked > 15
    assert "secret" in editor.get(f"/runs/{run.id}").text


def test_nor_is_it_in_a_list(browse, alice, bob, source):
    hidden = run_now(alice, source, "select 'secret' as word").id
    own = _of(browse(bob), make_query(alice, source).id)
    viewer = browse(bob)
    for asked in ("", "?state=succeeded", "?requested_by=alice@example.com", f"?datasource_id={source.id}"):
        listed = {run["id"] for run in viewer.api("GET", f"/v1/runs{asked}").json["runs"]}
        assert hidden not in listed
        assert (own in listed) is (asked in ("", f"?datasource_id={source.id}"))
    for page in ("/", "/runs", f"/datasources/{source.id}/runs"):
        text = viewer.get(page).text
        assert f"/runs/{own}" in text
        assert f"/runs/{hidden}" not in text
    assert hidden in {run["id"] for run in browse(alice).api("GET", "/v1/runs").json["runs"]}


def test_a_viewer_sees_an_editors_run_of_a_saved_query(browse, alice, bob, source):
    of_query = _of(browse(alice), make_query(alice, source).id)
    assert browse(bob).api("GET", f"/v1/runs/{of_query}").status_code == 200
    assert browse(bob).get(f"/runs/{of_query}").status_code == 200


def test_and_one_of_the_same_words_once_they_are_saved(browse, alice, bob, source):
    run = run_now(alice, source, "select 1 as one")
    assert browse(bob).get(f"/runs/{run.id}").status_code == 404
    make_query(alice, source, "select 1 as one")
    assert browse(bob).get(f"/runs/{run.id}").status_code == 200


def test_a_failed_try_of_his_own_shows_no_result_that_he_may_not_see(browse, alice, bob, source, session):
    query = make_query(alice, source, "select 1 as one")
    kept = run_now(alice, source, "select 1 as one")
    failed = _of(browse(bob), query.id)
    session.execute(FAIL, {"id": failed})
    session.execute(text("update queries set archived_at = now()"))
    session.commit()
    assert browse(alice).api("GET", f"/v1/runs/{failed}").json["freshness"]["newest"]["run_id"] == kept.id
    assert "newest" not in browse(bob).api("GET", f"/v1/runs/{failed}").json["freshness"]
    assert browse(bob).get(f"/runs/{failed}").status_code == 200


def _of(browser, query_id: int) -> int:
    return browser.api("POST", "/v1/runs", {"query_id": query_id}).json["id"]


def _addresses(app: Flask, run_id: int) -> Iterator[tuple[str, str]]:
    adapter = app.url_map.bind("localhost")
    rules: list[Rule] = [rule for rule in app.url_map.iter_rules() if "run_id" in rule.arguments]
    for rule in rules:
        values = {name: OTHERS.get(name, 1) for name in rule.arguments} | {"run_id": run_id}
        path = adapter.build(rule.endpoint, values)
        for method in (rule.methods or set()) & {"GET", "POST"}:
            yield method, path
