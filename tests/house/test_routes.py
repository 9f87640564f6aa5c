"""Every door is guarded, or stands on a short list; every error behind it has one shape."""

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.accounts.guard import guard
from app.accounts.models import Role

PUBLIC = {
    "static",
    "assets.show",
    "health.alive",
    "health.ready",
    "metrics.show",
    "accounts.sign_in",
    "accounts.create_sign_in",
    "invites.show",
    "invites.accept",
    "setup.show",
    "setup.begin",
}
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


@pytest.fixture
def rules(installed: Flask) -> list[Rule]:
    return list(installed.url_map.iter_rules())


def test_every_route_is_guarded_or_public(installed, rules):
    assert unguarded(installed) == {rule.endpoint for rule in rules} & PUBLIC


def walls(app: Flask) -> set[str]:
    """What a wall's token opens, and nobody's sign-in."""
    return {name for name, view in app.view_functions.items() if getattr(view, "guarded_by", "") == "wall"}


def test_only_the_screens_of_walls_open_by_a_walls_token(installed):
    assert {name.partition(".")[0] for name in walls(installed)} == {"wall_screens"}


def test_every_public_route_exists(rules):
    assert {rule.endpoint for rule in rules} >= PUBLIC - {"static"}


def test_a_public_route_that_changes_something_wants_a_csrf_token(app, rules):
    changing = [rule for rule in rules if rule.endpoint in PUBLIC and (rule.methods or set()) & UNSAFE]
    assert {rule.endpoint for rule in changing} == {
        "accounts.create_sign_in",
        "invites.accept",
        "setup.begin",
    }
    for rule in changing:
        answer = app.test_client().post(filled(rule), data={"email": "dana@example.com", "password": "x"})
        assert (answer.status_code, "expired" in answer.text) == (400, True)


def test_a_page_sends_nobody_to_the_sign_in_and_the_api_answers_401(app, rules):
    client = app.test_client()
    for rule in rules:
        if rule.endpoint in PUBLIC:
            continue
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            answer = client.open(filled(rule), method=method)
            if rule.endpoint in walls(app):
                assert answer.status_code == 404, rule
            elif rule.rule.startswith("/v1/"):
                assert answer.status_code == 401, rule
            else:
                assert answer.status_code == 303, rule
                assert answer.location.startswith("/sign-in"), rule


def test_a_change_with_a_cookie_wants_a_csrf_token(browse, rules, dana):
    browser = browse(dana)
    for rule in rules:
        if rule.endpoint not in PUBLIC | walls(browser.app) and (rule.methods or set()) & UNSAFE:
            assert browser.post(filled(rule), csrf=False).status_code == 400, rule


def test_no_view_both_shows_and_changes(rules):
    methods = {rule.rule + " " + rule.endpoint: rule.methods or set() for rule in rules}
    assert [name for name, allowed in methods.items() if "GET" in allowed and allowed & UNSAFE] == []


def test_an_unguarded_route_would_be_found():
    app = Flask("bad")
    app.add_url_rule("/open", "open", lambda: "")
    app.add_url_rule("/shut", "shut", guard(Role.VIEWER)(lambda actor, session: ""))
    assert unguarded(app) == {"static", "open"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/no-such-thing", 404),
        ("GET", "/v1/datasources/999", 404),
        ("GET", "/v1/runs/999", 404),
        ("GET", "/v1/datasources/999999999999999999999999", 404),
        ("DELETE", "/v1/datasources", 405),
        ("POST", "/v1/datasources", 422),
        ("POST", "/v1/runs", 422),
        ("POST", "/v1/queries", 422),
    ],
)
def test_every_error_of_the_api_has_one_shape(browse, dana, method, path, status):
    answer = browse(dana).api(method, path, {"no": "such member"} if method == "POST" else None)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.json.keys() >= {"title", "status", "code"}
    assert answer.json["status"] == status
    assert answer.json.keys() <= {"title", "status", "code", "detail", "fields"}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"', b"\xff", b"1e999999"])
def test_a_body_that_is_no_object_is_said_to_be_none(browse, app, dana, body):
    token = browse(dana).api("GET", "/v1/datasources").request.headers["Authorization"]
    headers = {"Authorization": token, "Content-Type": "application/json"}
    answer = app.test_client().post("/v1/datasources", data=body, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (422, "invalid")


@pytest.mark.parametrize("path", ["/no-such-page", "/datasources/999", "/runs/999"])
def test_an_error_of_a_page_is_a_page(browse, dana, path):
    answer = browse(dana).get(path)
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"
    assert "There is nothing here" in answer.text


def unguarded(app: Flask) -> set[str]:
    return {name for name, view in app.view_functions.items() if not hasattr(view, "guarded_by")}


def filled(rule: Rule) -> str:
    """The rule's address with 1 for each number and a word for each text."""
    values = {
        name: 1 if type(each).__name__ == "IntegerConverter" else "x"
        for name, each in rule._converters.items()
    }
    return str(rule.build(values)[1])  # type: ignore[index]
