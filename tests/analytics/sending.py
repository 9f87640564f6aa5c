"""Events as a source sends them."""

from datetime import date, timedelta
from typing import Any

import orjson
from werkzeug.test import TestResponse

from app.analytics.recompute.execute import execute_recompute
from tests.browsing import Browser

# Three weeks ago or more, and its first day is a Sunday, whenever this is run.
_FIRST = (date.today() - timedelta(days=21)).toordinal() // 7 * 7


def day(number: int) -> str:
    """A day of the month that these tests speak of, which begins on a Sunday."""
    return date.fromordinal(_FIRST + number - 1).isoformat()


def event(ref: str = "o-1", at: str = "", **said: Any) -> dict[str, Any]:
    """A paid order of 20.00 at the shop, unless it says otherwise."""
    return {
        "source": "shop",
        "external_ref": ref,
        "entity_id": "customer-1",
        "status": "paid",
        "occurred_at": at or f"{day(2)}T09:30:00Z",
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


def recompute(browser: Browser, slug: str, window: str = "day", **said: Any) -> dict[str, Any]:
    """A settled recompute run of the first ten days, unless it says otherwise, executed here."""
    body = {"report_slug": slug, "window": window, "date_from": day(1), "date_to": day(10)}
    answer = browser.api("POST", "/v1/recomputations", body | said)
    assert answer.status_code == 202, answer.text
    execute_recompute(answer.json["id"])
    found: dict[str, Any] = browser.api("GET", answer.headers["Location"]).json
    return found


def report(browser: Browser, slug: str, **asked: Any) -> dict[str, Any]:
    """The answer over the same days, unless it says otherwise."""
    given = {"date_from": day(1), "date_to": day(10)} | asked
    answer = browser.api("GET", f"/v1/reports/{slug}/run", query_string=given)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json
    return found
