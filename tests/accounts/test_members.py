"""Members of an org: who sees them, what an admin does with them, and the admin who must stay."""

import threading

import pytest
from sqlalchemy import select

from app.accounts.members.account import disable_account, enable_account
from app.accounts.members.change import change_role, disable_member
from app.accounts.models import Membership, Role, User
from app.audit.models import AuditEntry
from app.core import db
from app.core.clock import now
from app.core.errors import Conflict, NotFound
from tests.makers import make_user


def member(actor):
    with db.new_session() as session:
        return session.get(Membership, (actor.org_id, actor.user_id))


def told(browse, dana, actor):
    return browse(dana).api("GET", f"/v1/members/{actor.user_id}").json


def test_the_list_says_who_belongs_with_role_state_and_last_seen(browse, alice, bob, dana, charlie):
    browse(bob).get("/account")
    page = browse(dana).get("/settings/members").text
    assert all(each.name in page and each.email in page for each in (alice, bob, dana))
    assert "charlie@example.com" not in page and "Never" in page
    members = browse(dana).api("GET", "/v1/members").json
    assert [(each["name"], each["role"], each["state"]) for each in members["members"]] == [
        ("Alice", "editor", "active"),
        ("Bob", "viewer", "active"),
        ("Dana", "admin", "active"),
    ]
    assert members["members"][1]["seen_at"] and not members["members"][0]["seen_at"]
    assert "Bob" not in browse(dana).get("/settings/members?q=LIC", htmx=True).text


def test_pages_of_members_follow_each_other_by_name(browse, alice, bob, dana):
    admin, seen, after = browse(dana), [], None
    while after is not False:
        found = admin.api("GET", "/v1/members", query_string={"limit": 1, "after": after or 0}).json
        seen += [each["name"] for each in found["members"]]
        after = found["next"] or False
    assert seen == ["Alice", "Bob", "Dana"]
    for given, field in (({"limit": 0}, "limit"), ({"limit": "x"}, "limit"), ({"after": -1}, "after")):
        answer = admin.api("GET", "/v1/members", query_string=given)
        assert (answer.status_code, list(answer.json["fields"])) == (422, [field])


def test_a_role_holds_from_the_next_request_on(browse, alice, dana):
    page = browse(alice)
    assert page.get("/queries/new").status_code == 200
    answer = browse(dana).post(f"/settings/members/{alice.user_id}/role", {"role": "viewer"})
    assert answer.status_code == 303
    assert page.get("/queries/new").status_code == 403
    assert browse(dana).post(f"/settings/members/{alice.user_id}/role", {"role": "king"}).status_code == 422
    assert member(alice).role == "viewer"


def test_who_is_disabled_cannot_come_in_until_enabled(browse, bob, dana):
    page, script = browse(bob), browse(bob)
    assert script.api("GET", "/v1/queries").status_code == 200
    browse(dana).post(f"/settings/members/{bob.user_id}/disablement")
    assert (page.get("/").status_code, script.api("GET", "/v1/queries").status_code) == (303, 401)
    form = {"email": bob.email, "password": "correct horse battery"}
    assert browse(None).post("/sign-in", form).status_code == 422
    assert told(browse, dana, bob)["state"] == "disabled"
    browse(dana).post(f"/settings/members/{bob.user_id}/enablement")
    assert page.get("/").status_code == 200


def test_revoking_ends_sign_ins_and_tokens_of_before_and_no_later_ones(browse, bob, dana):
    page, app = browse(bob), browse(bob).app
    token = page.api("GET", "/v1/queries").request.headers["Authorization"]
    assert browse(dana).api("POST", f"/v1/members/{bob.user_id}/revocation").status_code == 200
    assert page.get("/").status_code == 303
    assert app.test_client().get("/v1/queries", headers={"Authorization": token}).status_code == 401
    assert (told(browse, dana, bob)["sign_ins"], told(browse, dana, bob)["api_tokens"]) == (0, 0)
    assert browse(bob).get("/").status_code == 200


def test_a_sign_in_elsewhere_cannot_come_back_after_a_revocation(browse, bob, dana, charlie):
    with db.transaction() as session:
        session.add(Membership(org_id=charlie.org_id, user_id=bob.user_id, role="viewer"))
    page = browse(bob)
    page.post(f"/organisations/{charlie.org_id}/entry")
    browse(dana).api("POST", f"/v1/members/{bob.user_id}/revocation")
    assert page.get("/").status_code == 200
    assert page.post(f"/organisations/{bob.org_id}/entry").status_code == 409
    assert browse(bob).get("/").status_code == 200


def test_who_is_removed_is_gone_and_their_account_stays(browse, bob, dana):
    page = browse(bob)
    answer = browse(dana).post(f"/settings/members/{bob.user_id}/removal")
    assert (answer.status_code, answer.location) == (303, "/settings/members")
    assert page.get("/").status_code == 303 and member(bob) is None
    assert browse(dana).get(f"/settings/members/{bob.user_id}").status_code == 404
    with db.new_session() as session:
        assert session.get(User, bob.user_id)
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert (entry.action, entry.details["name"]) == ("member.removed", "Bob")


@pytest.mark.parametrize(
    ("deed", "form"), [("role", {"role": "editor"}), ("disablement", {}), ("removal", {})]
)
def test_the_last_admin_stays(browse, alice, dana, deed, form):
    admin = browse(dana)
    answer = admin.post(f"/settings/members/{dana.user_id}/{deed}", form)
    assert (answer.status_code, "Dana is the last admin of Acme" in answer.text) == (409, True)
    assert admin.api("POST", f"/v1/members/{dana.user_id}/{deed}", form).json["code"] == "conflict"
    assert (member(dana).role, member(dana).disabled_at) == ("admin", None)


def test_an_admin_who_cannot_come_in_does_not_count(browse, dana):
    other = make_user("erin", "Acme", Role.ADMIN)
    with db.transaction() as session:
        session.get(User, other.user_id).disabled_at = now()
    assert browse(dana).api("POST", f"/v1/members/{dana.user_id}/disablement").status_code == 409


def test_two_admins_who_remove_each_other_at_once_leave_one(app, dana):
    erin = make_user("erin", "Acme", Role.ADMIN)
    outcomes, together = [], threading.Barrier(2)

    def disable(actor, whom, deed):
        together.wait()
        try:
            with db.transaction() as session:
                deed(session, actor, whom.user_id)
            outcomes.append("done")
        except Conflict:
            outcomes.append("refused")

    demote = lambda session, actor, user_id: change_role(session, actor, user_id, Role.VIEWER)  # noqa: E731
    threads = [
        threading.Thread(target=disable, args=args)
        for args in ((dana, erin, disable_member), (erin, dana, demote))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "refused"]


def test_strangers_and_others_change_nobody(browse, alice, bob, dana, charlie):
    for path in ("role", "disablement", "enablement", "revocation", "removal"):
        sent = {"role": "admin"}
        assert browse(charlie).post(f"/settings/members/{bob.user_id}/{path}", sent).status_code == 404
        assert browse(charlie).api("POST", f"/v1/members/{bob.user_id}/{path}", sent).status_code == 404
        assert browse(alice).post(f"/settings/members/{bob.user_id}/{path}", sent).status_code == 403
    assert browse(charlie).get(f"/settings/members/{bob.user_id}").status_code == 404
    assert browse(charlie).api("GET", f"/v1/members/{bob.user_id}").status_code == 404
    assert (member(bob).role, member(bob).disabled_at, member(bob).proofs_after) == ("viewer", None, None)


def test_an_account_that_is_disabled_is_out_of_every_org(browse, bob, dana, charlie):
    with db.transaction() as session:
        session.add(Membership(org_id=charlie.org_id, user_id=bob.user_id, role="viewer"))
    page = browse(bob)
    with db.transaction() as session:
        disable_account(session, " BOB@example.com ")
    assert page.get("/").status_code == 303
    assert told(browse, dana, bob)["state"] == "account_disabled"
    assert "The whole account is disabled" in browse(dana).get(f"/settings/members/{bob.user_id}").text
    for admin in (dana, charlie):
        entries = browse(admin).api("GET", "/v1/audit-entries", query_string={"action": "user.disabled"}).json
        assert [each["actor"]["name"] for each in entries["audit_entries"]] == ["Plumbline's operator"]
    with db.transaction() as session:
        enable_account(session, bob.email)
    assert page.get("/").status_code == 200
    with pytest.raises(NotFound), db.transaction() as session:
        enable_account(session, "nobody@example.com")
