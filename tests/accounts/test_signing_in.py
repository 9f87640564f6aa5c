"""Signing in and out: passwords, limits, where one lands, and sign-ins that end."""

import pytest
from sqlalchemy import func, select, update

from app.accounts.create import actor_by_email, set_password
from app.accounts.models import ApiToken, SignIn, User
from app.accounts.sign_ins import digest
from app.core import db
from app.core.clock import now
from tests.makers import PASSWORD


def sign_in(browser, email="alice@example.com", password=PASSWORD, **form):
    return browser.post("/sign-in", {"email": email, "password": password} | form)


def count(model, *where):
    with db.new_session() as session:
        return session.scalar(select(func.count()).select_from(model).where(*where))


def test_the_right_password_signs_in(browse, alice):
    browser = browse(None)
    answer = sign_in(browser)
    assert (answer.status_code, answer.location) == (303, "/")
    assert browser.get("/account").status_code == 200
    assert "alice@example.com" in browser.get("/account").text


def test_the_cookie_is_for_the_server_alone(browse, alice):
    cookie = sign_in(browse(None)).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_an_email_is_found_in_any_case(browse, alice):
    assert sign_in(browse(None), email=" ALICE@Example.com ").status_code == 303


@pytest.mark.parametrize("email", ["alice@example.com", "nobody@example.com"])
def test_the_wrong_password_says_no_more_than_that(browse, alice, email):
    answer = sign_in(browse(None), email=email, password="wrong password")
    assert answer.status_code == 422
    assert "E-mail and password do not match." in answer.text
    assert "wrong password" not in answer.text
    assert count(SignIn) == 0


@pytest.mark.parametrize(
    "form", [{}, {"email": "alice@example.com"}, {"password": "x"}, {"email": "a" * 9999}]
)
def test_what_is_missing_is_said(browse, form):
    assert browse(None).post("/sign-in", form).status_code == 422


def test_guessing_is_slowed_down(browse, alice):
    browser = browse(None)
    answers = [sign_in(browser, password="wrong password").status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]
    assert sign_in(browser).status_code == 429


def test_a_disabled_user_is_out_at_once_and_stays_out(browse, alice):
    browser = browse(alice)
    assert browser.get("/account").status_code == 200
    token_answer = browser.api("GET", "/v1/datasources")
    assert token_answer.status_code == 200
    with db.transaction() as session:
        session.execute(update(User).values(disabled_at=now()))
    assert browser.get("/account").location.startswith("/sign-in")
    old = {"Authorization": token_answer.request.headers["Authorization"]}
    assert browser.app.test_client().get("/v1/datasources", headers=old).status_code == 401
    assert sign_in(browse(None)).status_code == 422


@pytest.mark.parametrize("wanted", ["/datasources", "/queries?q=a%20b", "/runs/1#rows"])
def test_one_lands_where_one_wanted_to_go(browse, alice, wanted):
    assert sign_in(browse(None), next=wanted).location == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/a\\b",
        "javascript:alert(1)",
        "evil.example",
        "/\n/evil.example",
        "/\t/evil.example",
        "http:evil.example",
    ],
)
def test_nobody_is_sent_to_another_site(browse, alice, wanted):
    assert "evil" not in browse(None).get("/sign-in", query_string={"next": wanted}).text
    assert sign_in(browse(None), next=wanted).location == "/"


def test_signing_in_without_a_csrf_token_is_refused(browse, alice):
    form = {"email": "alice@example.com", "password": PASSWORD}
    assert browse(None).post("/sign-in", form, csrf=False).status_code == 400
    assert count(SignIn) == 0


def test_the_sign_in_page_is_there_for_those_who_are_signed_in(browse, alice):
    assert browse(alice).get("/sign-in").status_code == 200


def test_signing_out_ends_the_session_on_the_server(browse, alice):
    browser = browse(None)
    sign_in(browser)
    stolen = browser.client.get_cookie("plumbline")
    assert browser.post("/sign-out").location == "/sign-in"
    thief = browse(None)
    thief.client.set_cookie("plumbline", stolen.value)
    assert thief.get("/account").location.startswith("/sign-in")


def test_signing_out_without_a_csrf_token_is_refused(browse, alice):
    assert browse(alice).post("/sign-out", csrf=False).status_code == 400


def test_an_expired_sign_in_is_out(browse, alice):
    browser = browse(alice)
    with db.transaction() as session:
        session.execute(update(SignIn).values(expires_at=now()))
    assert browser.get("/account").location.startswith("/sign-in")
    assert browser.get("/sign-in").status_code == 200


def test_a_sign_in_is_kept_as_a_hash(browse, alice):
    browser = browse(alice)
    with browser.client.session_transaction() as cookie:
        token = cookie["_user_id"]
    with db.new_session() as session:
        kept = session.scalars(select(SignIn.token_hash)).all()
    assert kept == [digest(token)]


def test_the_command_line_sets_a_password_and_ends_sign_ins(browse, alice):
    browser = browse(alice)
    with db.transaction() as session:
        set_password(session, actor_by_email(session, "alice@example.com"), "another long one")
    assert browser.get("/account").location.startswith("/sign-in")
    assert sign_in(browse(None), password="another long one").status_code == 303
    assert count(ApiToken) == 0
