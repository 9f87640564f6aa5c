"""Events come in: one, many or line by line; each once, all of a batch or none."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from app.accounts.allow import Actor
from app.analytics.models import AnalyticsEvent
from app.audit.models import AuditEntry
from app.core import db
from tests.analytics.conftest import Browse
from tests.analytics.sending import day, event, lines, send, send_lines
from tests.browsing import Browser


def how_many() -> int:
    with db.new_session() as session:
        return session.scalar(select(func.count()).select_from(AnalyticsEvent)) or 0


def test_one_a_list_and_lines_are_taken_and_each_is_kept_once(shop: Browser):
    one = shop.api("POST", "/v1/events", event("o-1", payload={"basket": [1, 2], "note": "Grüße"}))
    assert (one.status_code, one.json) == (201, {"received": 1, "stored": 1, "duplicates": 0})
    many = shop.api("POST", "/v1/events", [event("o-1", status="refunded"), event("o-2"), event("o-2")])
    assert (many.status_code, many.json) == (201, {"received": 3, "stored": 1, "duplicates": 2})
    by_line = send_lines(shop, lines(event("o-3"), "", event("o-1", source="app"), "\n"))
    assert by_line.json == {"received": 2, "stored": 2, "duplicates": 0}
    again = send_lines(shop, lines(event("o-3"), event("o-1", source="app")))
    assert (again.status_code, again.json["duplicates"]) == (200, 2)
    with db.new_session() as session:
        first = session.scalars(select(AnalyticsEvent).order_by(AnalyticsEvent.id)).first()
    assert first is not None and (first.status, first.amount_cents) == ("paid", 2000)
    assert first.payload == {"basket": [1, 2], "note": "Grüße"}
    assert how_many() == 4


def test_line_17_of_1000_is_named_and_nothing_is_stored(shop: Browser):
    good = [event(f"o-{n}") for n in range(1000)]
    broken = send_lines(shop, lines(*good[:16], '{"source": "shop", ', *good[17:]))
    assert (broken.status_code, broken.json["code"]) == (400, "malformed")
    assert list(broken.json["fields"]) == ["line 17"]
    wrong = send_lines(shop, lines(*good[:16], event("x", occurred_at="yesterday"), *good[17:]))
    assert (wrong.status_code, list(wrong.json["fields"])) == (422, ["line 17.occurred_at"])
    assert "1 of 1,000 events cannot be taken, so none was stored" in wrong.json["detail"]
    two_in_one = send_lines(shop, lines(event("a"), '{"source": "shop"},{"source": "shop"}'))
    assert list(two_in_one.json["fields"]) == ["line 2"]
    assert how_many() == 0


SENSELESS = (
    ({"source": "shoe"}, "source"),
    ({"source": ""}, "source"),
    ({"external_ref": None}, "external_ref"),
    ({"external_ref": "x" * 201}, "external_ref"),
    ({"status": "a\0b"}, "status"),
    ({"occurred_at": f"{day(2)}T09:30:00"}, "occurred_at"),
    ({"occurred_at": 1_700_000_000}, "occurred_at"),
    ({"occurred_at": "2026-02-30T00:00:00Z"}, "occurred_at"),
    ({"occurred_at": "2126-01-01T00:00:00Z"}, "occurred_at"),
    ({"processing_ms": -1}, "processing_ms"),
    ({"processing_ms": "120"}, "processing_ms"),
    ({"amount_cents": 19.99}, "amount_cents"),
    ({"amount_cents": 10**15}, "amount_cents"),
    ({"payload": [1]}, "payload"),
    ({"payload": {"a": "\0"}}, "payload"),
    ({"payload": {"a": "x" * 70_000}}, "payload"),
    ({"org_id": 1}, "org_id"),
)


def test_what_makes_no_sense_is_refused_at_its_member(shop: Browser):
    for said, field in SENSELESS:
        alone = shop.api("POST", "/v1/events", event() | said)
        assert (alone.status_code, list(alone.json["fields"])) == (422, [field])
        among = shop.api("POST", "/v1/events", [event("good"), event() | said])
        assert (among.status_code, list(among.json["fields"])) == (422, [f"event 2.{field}"])
        assert how_many() == 0


@pytest.mark.parametrize(
    ("body", "status"), [("3", 400), ('"x"', 400), ("{", 400), ("[]", 422), ("[3]", 422)]
)
def test_a_body_without_events_is_refused(shop: Browser, body: str, status: int):
    token = shop.api("GET", "/v1/event-sources").request.headers["Authorization"]
    headers = {"Authorization": token, "Content-Type": "application/json"}
    answer = shop.app.test_client().post("/v1/events", data=body, headers=headers)
    assert answer.status_code == status and answer.json["detail"]


def test_more_than_a_batch_holds_is_refused(shop: Browser):
    answer = send_lines(shop, lines(*[event("o")] * 10_001))
    assert (answer.status_code, list(answer.json["fields"])) == (422, ["body"])


def test_equal_batches_at_once_store_each_event_once(shop: Browser, browse: Browse, alice: Actor):
    batch = [event(f"o-{n % 300}") for n in range(600)]
    with ThreadPoolExecutor(4) as pool:
        order = (1, -1, 1, -1)
        answers = list(pool.map(lambda step: send(browse(alice), *batch[::step]).json, order))
    assert sum(answer["stored"] for answer in answers) == how_many() == 300


def test_a_source_that_is_not_active_takes_nothing(shop: Browser):
    assert shop.api("POST", "/v1/event-sources/shop", {"is_active": False}).json["is_active"] is False
    answer = shop.api("POST", "/v1/events", event())
    assert answer.json["fields"]["source"] == "The event source shop is not active: it takes no events."
    with db.new_session() as session:
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions.count("event_source.created") == 2 and actions.count("event_source.changed") == 1


def test_viewers_send_nothing_and_strangers_see_nothing(
    shop: Browser, bob: Actor, charlie: Actor, browse: Browse
):
    viewer, stranger = browse(bob), browse(charlie)
    assert viewer.api("POST", "/v1/events", event()).status_code == 403
    assert viewer.api("POST", "/v1/event-sources", {"slug": "x", "provider_name": "X"}).status_code == 403
    assert [each["slug"] for each in viewer.api("GET", "/v1/event-sources").json["event_sources"]] == [
        "app",
        "shop",
    ]
    assert stranger.api("GET", "/v1/event-sources").json == {"event_sources": []}
    assert stranger.api("GET", "/v1/event-sources/shop").status_code == 404
    assert stranger.api("POST", "/v1/event-sources/shop", {"is_active": False}).status_code == 404
    refused = stranger.api("POST", "/v1/events", event())
    assert "There is no event source shop. There is none yet." in refused.json["fields"]["source"]
    assert how_many() == 0


def test_a_slug_is_a_slug_and_taken_once(shop: Browser):
    taken = shop.api("POST", "/v1/event-sources", {"slug": "shop", "provider_name": "Shop"})
    assert (taken.status_code, list(taken.json["fields"])) == (409, ["slug"])
    for slug in ("Shop", "a b", "-a", "ä", ""):
        bad = shop.api("POST", "/v1/event-sources", {"slug": slug, "provider_name": "Shop"})
        assert (bad.status_code, list(bad.json["fields"])) == (422, ["slug"])
