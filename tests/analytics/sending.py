"""Events as a source sends them."""

from typing import Any

import orjson
from werkzeug.test import TestResponse

from tests.browsing import Browser


def event(ref: str = "o-1", at: str = "2026-11-02T09:30:00Z", **said: Any) -> dict[str, Any]:
    """A paid order of 20.00 at the shop, unless it says otherwise."""
    return {
        "source": "shop",
        "external_ref": ref,
        "entity_id": "customer-1",
        "status": "paid",
        "occurred_at": at,
        "processing_ms": 120,
        "amount_cents": 2000,
    } | said


def send(browser: Browser, *events: dict[str, Any]) -> TestResponse:
    """As one list; fails unless all of it is taken."""
    answer = browser.api("POST", "/v1/events", list(events))
    assert answer.status_code in (200, 201), answer.text
    return answer


def lines(*events: dict[str, Any] | str) -> bytes:
    """NDJSON; a string stands as it is."""
    return b"\n".join(each.encode() if isinstance(each, str) else orjson.dumps(each) for each in events)


def send_lines(browser: Browser, body: bytes) -> TestResponse:
    token = browser.api("GET", "/v1/event-sources").request.headers["Authorization"]
    headers = {"Authorization": token, "Content-Type": "application/x-ndjson"}
    return browser.app.test_client().post("/v1/events", data=body, headers=headers)
