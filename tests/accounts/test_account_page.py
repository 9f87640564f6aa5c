"""The account page: tokens, sign-ins and the password, each person's own."""

import re

import pytest
from sqlalchemy import select

from app.accounts.browsers import browser_name
from app.accounts.models import ApiToken, SignIn, User
from app.accounts.passwords import password_matches
from app.accounts.sign_ins import digest
from app.audit.models import AuditEntry
from app.core import db
from tests.makers import PASSWORD


def shown_token(answer):
    return re.search(r"plumb_[\w-]{40,}", answer.text)


def rows(model):
    with db.new_session() as session:
        return list(session.scalars(select(model).order_by(model.id)))


def test_a_token_is_shown_once_and_kept_as_a_hash(browse, alice):
    browser = browse(alice)
    answer = browser.post("/account/tokens", {"name": "nightly export"})
    assert answer.status_code == 200
    token = shown_token(answer)[0]
    assert "data-copy-from" in answer.text
    assert not shown_token(browser.get("/account"))
    assert "nightly export" in browser.get("/account").text
    kept = rows(ApiToken)[0]
    assert kept.token_hash == digest(token)
    assert token.startswith(kept.prefix) and len(kept.prefix) < 16


def test_a_token_speaks_for_its_owner_until_it_is_revoked(browse, alice, app):
    browser = browse(alice)
    token = shown_token(browser.post("/account/tokens", {"name": "one"}))[0]
    headers = {"Authorization": f"Bearer {token}"}
    client = app.test_client()
    assert client.get("/v1/datasources", headers=headers).status_code == 200
    assert client.post("/v1/datasources", json={}, headers=headers).status_code == 403
    assert browser.post("/account/tokens/1/revocation").location == "/account"
    assert client.get("/v1/datasources", headers=headers).status_code == 401
    assert browser.post("/account/tokens/1/revocation").status_code == 404
    actions = [entry.action for entry in rows(AuditEntry)]
    assert actions == ["api_token.created", "api_token.revoked"]


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer plumb_", "Bearer x", "Basic YTpi", "Bearer plumb_é"]
)
def test_a_wrong_token_is_refused(app, header):
    answer = app.test_client().get(
        "/v1/datasources", headers={"Authorization": header.encode().decode("latin-1")}
    )
    assert (answer.status_code, answer.json["code"]) == (401, "unauthorized")


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "a\0b"])
def test_a_token_needs_a_sensible_name(browse, alice, name):
    answer = browse(alice).post("/account/tokens", {"name": name})
    assert answer.status_code == 422
    assert rows(ApiToken) == []


def test_nobody_sees_or_ends_what_is_anothers(browse, alice, bob, charlie):
    theirs = browse(alice)
    theirs.post("/account/tokens", {"name": "secret plan"})
    for other in (bob, charlie):
        browser = browse(other)
        assert "secret plan" not in browser.get("/account").text
        assert browser.post("/account/tokens/1/revocation").status_code == 404
        assert browser.post("/account/sign-ins/1/revocation").status_code == 404
    assert theirs.get("/account").status_code == 200
    assert rows(ApiToken)[0].revoked_at is None


def test_another_browser_can_be_signed_out(browse, alice):
    here, there = browse(alice), browse(alice)
    page = here.get("/account").text
    assert page.count("This browser") == 1
    assert here.post("/account/sign-ins/2/revocation").location == "/account"
    assert there.get("/account").location.startswith("/sign-in")
    assert here.get("/account").status_code == 200


@pytest.mark.parametrize("path", ["tokens", "tokens/1/revocation", "sign-ins/1/revocation", "password"])
def test_without_a_csrf_token_nothing_changes(browse, alice, path):
    browser = browse(alice)
    form = {"name": "one", "current": PASSWORD, "password": "another long one"}
    assert browser.post(f"/account/{path}", form, csrf=False).status_code == 400
    assert rows(ApiToken) == []
    assert [each.revoked_at for each in rows(SignIn)] == [None]


def test_a_new_password_ends_every_sign_in(browse, alice):
    here, there = browse(alice), browse(alice)
    form = {"current": PASSWORD, "password": "another long one"}
    assert here.post("/account/password", form).location == "/sign-in"
    assert here.get("/account").location.startswith("/sign-in")
    assert there.get("/account").location.startswith("/sign-in")
    assert here.get("/sign-in").status_code == 200
    assert password_matches(rows(User)[0].password_hash, "another long one")
    assert not password_matches(rows(User)[0].password_hash, PASSWORD)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"current": "wrong", "password": "another long one"}, "This is not your password."),
        ({"current": PASSWORD, "password": "short"}, "Use 12 characters or more."),
        ({"current": PASSWORD}, "This is required."),
    ],
)
def test_a_password_is_changed_only_by_who_knows_the_old_one(browse, alice, form, words):
    browser = browse(alice)
    answer = browser.post("/account/password", form)
    assert answer.status_code == 422
    assert words in answer.text
    assert not any(value in answer.text for value in form.values())
    assert password_matches(rows(User)[0].password_hash, PASSWORD)


def test_a_browser_is_named_in_words():
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0"
    safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Safari/604.1"
    assert browser_name(firefox) == "Firefox on Linux"
    assert browser_name(safari) == "Safari on iPhone"
    assert browser_name("") == "Unknown browser"
    assert browser_name("<script>" * 50) == ("<script>" * 50)[:60]
