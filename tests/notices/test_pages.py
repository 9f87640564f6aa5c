"""The list of notices, the count, and by what else one is told: who sees and who decides."""

from collections.abc import Callable

import pytest

from app.accounts.allow import Actor
from app.core import db
from app.notices.deliver import deliver_due
from app.notices.tell import News, tell
from tests.browsing import Browser
from tests.notices.servers import WebServer

Browse = Callable[[Actor | None], Browser]


@pytest.fixture
def told(alice: Actor) -> None:
    """Alice has three notices."""
    with db.transaction() as session:
        for number in range(1, 4):
            news = News(
                "schedule.failed", f"Query {number}: a refresh failed", "Why.", "/schedules", "danger"
            )
            tell(session, alice.org_id, [alice.user_id], news)


def test_one_is_read_by_opening_it_and_all_by_a_button(alice: Actor, browse: Browse, told: None):
    browser = browse(alice)
    assert "3 unread" in browser.get("/schedules").text
    assert browser.get("/notices").text.index("Query 3") < browser.get("/notices").text.index("Query 1")
    opened = browser.post("/notices/2/reading")
    assert (opened.status_code, opened.location) == (303, "/schedules")
    assert browser.api("GET", "/v1/notices").json["unread"] == 2
    assert browser.post("/notices/reading", {"up_to": "2"}).status_code == 303
    assert browser.api("GET", "/v1/notices?limit=1").json["notices"][0]["read_at"] is None
    assert browser.api("POST", "/v1/notices/reading", {"up_to": 3}).json == {"unread": 0}
    assert "unread" not in browser.get("/schedules").text


def test_nobody_else_sees_or_reads_them(alice: Actor, bob: Actor, charlie: Actor, browse: Browse, told: None):
    for other in (bob, charlie):
        browser = browse(other)
        assert "Query" not in browser.get("/notices").text
        assert browser.post("/notices/1/reading").status_code == 404
        assert browser.api("POST", "/v1/notices/1/reading").status_code == 404
        assert browser.post("/notices/reading", {"up_to": "99"}).status_code == 303
        assert browser.api("GET", "/v1/notices").json == {"unread": 0, "notices": []}
    assert browse(alice).api("GET", "/v1/notices").json["unread"] == 3


def test_an_admin_sets_the_webhook_sees_its_secret_once_and_tries_it(
    alice: Actor, dana: Actor, charlie: Actor, browse: Browse, web: WebServer
):
    admin, editor, stranger = browse(dana), browse(alice), browse(charlie)
    assert editor.post("/notices/channels/webhook", {"url": web.url}).status_code == 403
    assert admin.post("/notices/channels/webhook", {"url": "example"}).status_code == 422
    assert "shown again" in admin.post("/notices/channels/webhook", {"url": web.url}).text
    page = admin.get("/notices/channels").text
    assert web.url.partition("?")[0] in page and "shown again" not in page
    assert "Webhook of" not in editor.get("/notices/channels").text
    assert admin.post("/notices/channels/webhook/test").status_code == 303
    deliver_due()
    assert len(web.received) == 1 and "A test" in admin.get("/notices/channels").text
    assert stranger.api("GET", "/v1/webhook").status_code == 404
    for path in ("/webhook/deletion", "/webhook/test"):
        assert stranger.api("POST", f"/v1{path}").status_code == 404
        assert stranger.post(f"/notices/channels{path}").status_code == 404
    assert admin.api("GET", "/v1/webhook").json == {"url": web.url}
    assert admin.post("/notices/channels/webhook/deletion").status_code == 303
    assert admin.api("GET", "/v1/webhook").status_code == 404


def test_each_chooses_mail_for_himself(alice: Actor, bob: Actor, browse: Browse):
    assert browse(alice).post("/notices/channels/mail", {}).status_code == 303
    assert 'value="true" checked' not in browse(alice).get("/notices/channels").text
    assert 'value="true" checked' in browse(bob).get("/notices/channels").text
