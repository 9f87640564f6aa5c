"""What every answer tells a browser, and what every door refuses: policies, caches, limits, guesses."""

import re
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from app.accounts import guard
from app.core import db, runtime
from app.core.settings import Settings
from app.main import LARGEST_BODY
from app.web import throttle
from tests.house.test_routes import filled
from tests.house.test_tenants import doors, knock
from tests.makers import PASSWORD

SELF, NONE = {"'self'"}, {"'none'"}
POLICY = {
    "default-src": SELF,
    "script-src": SELF,
    "img-src": {"'self'", "data:"},
    "font-src": SELF,
    "connect-src": SELF,
    "object-src": NONE,
    "base-uri": NONE,
    "form-action": SELF,
    "frame-ancestors": NONE,
}
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# Those with Monaco, which writes style attributes of its own; its style elements carry a nonce.
EDITORS = {"/queries/new", "/queries/<int:query_id>"}
KEPT = {"/dashboards/<int:dashboard_id>/versions/<int:number>/layout.css"}  # of an address that never changes
PUBLIC = ("/sign-in", "/setup", "/healthz", "/no-such-page", "/v1/no-such-thing", "/metrics")


def assert_guarded(answer: Any, *, editor: bool = False, wall: bool = False) -> None:
    (policy,) = answer.headers.getlist("Content-Security-Policy")
    found = {name: set(sources) for name, *sources in (part.split() for part in policy.split(";"))}
    assert found.items() >= POLICY.items()
    styles = found["style-src"] - SELF
    assert len(styles) == editor and all(re.fullmatch(r"'nonce-[\w-]{22}'", each) for each in styles)
    assert found.get("style-src-attr", set()) == ({"'unsafe-inline'"} if editor else set())
    assert policy.count("unsafe") == editor
    stricter = {"Referrer-Policy": "no-referrer"} if wall else {}
    for name, value in FIXED.items():
        assert answer.headers.getlist(name) == [stricter.get(name, value)]
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Python" not in answer.headers.get("Server", "")


def test_every_answer_says_what_a_page_may_do_and_nobody_keeps_it(installed, acme, browse):
    dana = browse(acme["dana"])
    for rule, method in doors(installed):
        if method == "GET":
            answer = knock(dana, rule, method, acme)
            assert_guarded(answer, editor=rule.rule in EDITORS, wall=rule.rule.startswith("/wall/"))
            cached = answer.headers["Cache-Control"]
            assert cached.startswith("private" if rule.rule in KEPT else ("no-store", "private, no-cache")), (
                rule.rule,
                cached,
            )


@pytest.mark.parametrize("path", PUBLIC)
def test_so_do_the_answers_to_those_who_are_not_signed_in(browse, path):
    answer = browse(None).get(path)
    assert_guarded(answer)
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_cookie_is_for_https_and_the_server_alone(app, browse, alice, monkeypatch):
    assert Settings.__dataclass_fields__["insecure_cookies"].default is False
    monkeypatch.setitem(app.config, "SESSION_COOKIE_SECURE", True)
    form = {"email": "alice@example.com", "password": PASSWORD}
    answer = browse(None).post("/sign-in", form, base_url="https://localhost", csrf=True)
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    (cookie,) = browse(None).get("/sign-in", base_url="https://localhost").headers.getlist("Set-Cookie")
    for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert word in cookie
    assert "Domain" not in cookie


def test_a_cookie_that_was_planted_before_signing_in_is_worth_nothing_after_it(browse, alice):
    browser = browse(None)
    planted, token = browser.client.get_cookie("plumbline").value, browser.csrf()
    assert browser.post("/sign-in", {"email": "alice@example.com", "password": PASSWORD}).status_code == 303
    thief = browse(None)
    thief.client.set_cookie("plumbline", planted)
    assert thief.get("/account").location.startswith("/sign-in")
    assert browser.get("/account").status_code == 200
    forged = browser.client.post("/account/tokens", data={"name": "x"}, headers={"X-CSRFToken": token})
    assert forged.status_code == 400


def test_wrong_tokens_are_counted_and_right_ones_are_not(browse, alice):
    right = {"Authorization": browse(alice).api("GET", "/v1/runs").request.headers["Authorization"]}
    client = browse(None).app.test_client()
    wrong = {"Authorization": "Bearer plumb_" + "x" * 43}
    told = [client.get("/v1/runs", headers=wrong).status_code for _ in range(guard.WRONG_TOKENS + 1)]
    assert told == [401] * guard.WRONG_TOKENS + [429]
    assert client.get("/v1/runs", headers=wrong).headers["Retry-After"].isdigit()
    assert client.get("/v1/runs", headers=right).status_code == 200


def test_guesses_are_counted_while_redis_is_away(browse, alice, monkeypatch):
    nowhere = replace(runtime.settings(), redis_url="redis://127.0.0.1:1/0")
    monkeypatch.setattr(runtime, "_settings", nowhere)
    throttle._own.cache_clear()
    browser = browse(None)
    form = {"email": "alice@example.com", "password": "wrong password"}
    assert [browser.post("/sign-in", form).status_code for _ in range(11)] == [422] * 10 + [429]
    client = browser.app.test_client()
    wrong = {"Authorization": "Bearer plumb_" + "x" * 43}
    told = [client.get("/v1/runs", headers=wrong).status_code for _ in range(guard.WRONG_TOKENS + 1)]
    assert told[-1] == 429
    throttle._own.cache_clear()


def test_a_body_that_is_too_large_is_refused_in_one_shape(browse, alice):
    browser, big = browse(alice), b"x" * (LARGEST_BODY + 1)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    json = {
        "Authorization": browser.api("GET", "/v1/runs").request.headers["Authorization"],
        "Content-Type": "application/json",
    }
    for path, headers in (
        ("/sign-in", form),
        ("/queries", form),
        ("/v1/queries", json),
        ("/v1/events", json),
    ):
        answer = browser.client.post(path, data=big, headers=headers)
        assert answer.status_code == 413, path
        assert "too large" in answer.text


DEEP = ["[" * 100_000, '{"a":' * 100_000, '{"name": ' + "[" * 900 + "]" * 900 + "}"]


@pytest.mark.parametrize("body", DEEP, ids=len)
def test_brackets_in_brackets_are_refused_by_every_door_that_reads_json(installed, browse, dana, body):
    browser = browse(dana)
    headers = {
        "Authorization": browser.api("GET", "/v1/runs").request.headers["Authorization"],
        "Content-Type": "application/json",
    }
    client = installed.test_client()
    for rule, method in doors(installed):
        if rule.rule.startswith("/v1/") and method != "GET":
            answer = client.open(filled(rule), method=method, data=body, headers=headers)
            assert answer.status_code < 500, (rule.rule, answer.text)
    with db.new_session() as session:
        assert session.scalar(text("select count(*) from queries")) == 0
