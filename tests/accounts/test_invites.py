"""Invites: a link that works once, for seven days and one address; and people of several orgs."""

import threading
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select, update

from app.accounts.invites.models import Invite
from app.accounts.models import Membership, SignIn, User
from app.core import db
from app.core.clock import now
from tests.makers import PASSWORD

NEW = {"name": "Erin", "password": "a long enough one"}


def made(browse, admin, email="erin@example.com", role="editor"):
    """The link, as a path."""
    answer = browse(admin).api("POST", "/v1/invites", {"email": email, "role": role})
    assert answer.status_code == 201, answer.text
    parts = urlsplit(answer.json["url"])
    return f"{parts.path}?{parts.query}"


def accept(browser, link, **form):
    return browser.post("/invite", {"token": link.partition("token=")[2], **form})


def counts():
    with db.new_session() as session:
        return [session.scalar(select(func.count()).select_from(each)) for each in (User, Membership, SignIn)]


def test_a_link_is_shown_once_and_makes_a_new_person_a_member(browse, dana, charlie):
    page = browse(dana).post("/settings/invites", {"email": " Erin@Example.com ", "role": "editor"})
    link = "/invite?" + page.text.partition("/invite?")[2].partition("<")[0]
    assert "token=" in link and "token=" not in browse(dana).get("/settings/invites").text
    assert "erin@example.com" in browse(dana).get("/settings/invites").text
    assert "charlie" not in browse(dana).get("/settings/invites").text
    browser = browse(None)
    shown = browser.get(link)
    assert shown.status_code == 200 and "Join Acme" in shown.text and "Your name" in shown.text
    answer = accept(browser, link, **NEW)
    assert (answer.status_code, answer.location) == (303, "/")
    account = browser.get("/account").text
    assert "erin@example.com" in account and "editor in Acme" in account
    assert browse(dana).api("GET", "/v1/invites").json == {"invites": []}


def test_who_has_an_account_elsewhere_joins_with_its_password(browse, dana, charlie):
    link = made(browse, dana, charlie.email, "viewer")
    browser = browse(None)
    assert "Your password" in browser.get(link).text
    before = counts()
    answer = accept(browser, link, password="something else")
    assert answer.status_code == 422 and "not the password of charlie@example.com" in answer.text
    assert counts() == before
    assert accept(browser, link, password=PASSWORD).status_code == 303
    assert "viewer in Acme" in browser.get("/account").text


def test_who_is_signed_in_joins_at_a_press_and_switches_between_orgs(browse, dana, charlie):
    browser = browse(charlie)
    assert browser.get("/").text.count("/entry") == 0
    assert accept(browser, made(browse, dana, charlie.email, "viewer")).status_code == 303
    assert "viewer in Acme" in browser.get("/account").text
    assert f"/organisations/{charlie.org_id}/entry" in browser.get("/").text
    assert browser.post(f"/organisations/{charlie.org_id}/entry").location == "/"
    assert "admin in Other" in browser.get("/account").text
    assert browser.get("/settings/members").status_code == 200
    assert browser.api("GET", "/v1/organisation").json["name"] == "Other"  # a token is of one org
    assert browser.api("POST", f"/organisations/{dana.org_id}/entry").status_code == 403


def test_nobody_enters_an_org_they_are_not_in(browse, dana, charlie):
    browser = browse(charlie)
    for org_id in (dana.org_id, 0, 2**70):
        assert browser.post(f"/organisations/{org_id}/entry").status_code == 404
    assert "admin in Other" in browser.get("/account").text


def test_somebody_else_who_is_signed_in_is_told_so(browse, dana, bob):
    link = made(browse, dana)
    before = counts()
    assert "You are signed in as bob@example.com" in browse(bob).get(link).text
    assert accept(browse(bob), link, **NEW).status_code == 409
    assert counts()[:2] == before[:2]


def test_an_invite_works_once(browse, dana):
    link = made(browse, dana)
    assert accept(browse(None), link, **NEW).status_code == 303
    before = counts()
    for answer in (browse(None).get(link), accept(browse(None), link, **NEW)):
        assert (answer.status_code, "It was used on" in answer.text) == (410, True)
    assert counts() == before


def test_an_invite_accepted_twice_at_once_makes_one_member(browse, dana, app):
    link, statuses = made(browse, dana), []
    together = threading.Barrier(2)

    def join():
        browser = browse(None)
        together.wait()
        statuses.append(accept(browser, link, **NEW).status_code)

    threads = [threading.Thread(target=join) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses.count(303) == 1 and set(statuses) <= {303, 409, 410}
    assert counts()[:2] == [2, 2]


def test_an_old_one_and_one_taken_back_open_nothing(browse, dana):
    old, back, replaced = (made(browse, dana, f"{name}@example.com") for name in ("erin", "frank", "gina"))
    with db.transaction() as session:
        found = session.execute(
            update(Invite)
            .where(Invite.email == "erin@example.com")
            .values(created_at=now() - timedelta(days=8), expires_at=now() - timedelta(days=1))
        )
        assert found.rowcount == 1
        of_frank = session.scalar(select(Invite.id).where(Invite.email == "frank@example.com"))
    assert browse(dana).post(f"/settings/invites/{of_frank}/revocation").status_code == 303
    assert browse(dana).api("POST", f"/v1/invites/{of_frank}/revocation").status_code == 404
    newest = made(browse, dana, "gina@example.com")
    before = counts()
    for link, words in ((old, "It was valid until"), (back, "taken back"), (replaced, "a newer one")):
        for answer in (browse(None).get(link), accept(browse(None), link, **NEW)):
            assert (answer.status_code, words in answer.text) == (410, True)
    assert browse(None).get("/invite?token=invite_nothing").status_code == 404
    assert browse(None).get("/invite").status_code == 404
    assert counts() == before
    assert accept(browse(None), newest, **NEW).status_code == 303


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"name": "", "password": "a long enough one"}, "name"),
        ({"name": "Erin", "password": "short"}, "password"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_invite_stays(browse, dana, form, field):
    link, before = made(browse, dana), counts()
    answer = accept(browse(None), link, **form)
    assert answer.status_code == 422 and f'id="field-{field}-error"' in answer.text
    assert "short" not in answer.text and counts() == before
    assert accept(browse(None), link, **NEW).status_code == 303


@pytest.mark.parametrize("email", ["", "nobody", "a b@example.com", "bob@example.com", "x" * 250 + "@a.de"])
def test_an_address_that_cannot_be_invited_is_refused(browse, dana, bob, email):
    answer = browse(dana).post("/settings/invites", {"email": email})
    assert answer.status_code == 422 and 'id="field-email-error"' in answer.text
    assert list(browse(dana).api("POST", "/v1/invites", {"email": email}).json["fields"]) == ["email"]
    assert browse(dana).api("GET", "/v1/invites").json == {"invites": []}


def test_only_admins_invite_and_a_stranger_takes_nothing_back(browse, dana, alice, charlie):
    made(browse, dana)
    with db.new_session() as session:
        invite_id = session.scalar(select(Invite.id))
    assert browse(charlie).post(f"/settings/invites/{invite_id}/revocation").status_code == 404
    assert browse(charlie).api("POST", f"/v1/invites/{invite_id}/revocation").status_code == 404
    assert browse(charlie).api("GET", "/v1/invites").json == {"invites": []}
    assert browse(alice).api("POST", "/v1/invites", {"email": "x@example.com"}).status_code == 403
    assert len(browse(dana).api("GET", "/v1/invites").json["invites"]) == 1
