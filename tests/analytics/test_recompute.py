"""A recompute rebuilds exactly the buckets of its range, at once or not at all, and says what it changed."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select, text

from app.accounts.allow import Actor
from app.analytics.models import RecomputeRun
from app.analytics.recompute import execute
from app.analytics.recompute.execute import execute_recompute
from app.analytics.recompute.sweep import sweep_recomputes
from app.audit.models import AuditEntry
from app.core import db
from tests.analytics.conftest import Browse
from tests.analytics.sending import day, event, recompute, report, send
from tests.browsing import Browser

ASKED = {
    "report_slug": "volume-by-period",
    "window": "day",
    "date_from": day(1),
    "date_to": day(10),
}


def counts(browser: Browser, **asked: Any) -> dict[str, int]:
    rows = report(browser, "volume-by-period", **asked)["rows"]
    return {row["period"]: row["event_count"] for row in rows if row["event_count"]}


def actions() -> list[tuple[str, str]]:
    with db.new_session() as session:
        found = select(AuditEntry).where(AuditEntry.resource_type == "recompute").order_by(AuditEntry.id)
        return [(each.action, each.actor_name) for each in session.scalars(found)]


def test_it_is_asked_for_and_a_worker_does_it(shop: Browser):
    send(shop, event("1", f"{day(3)}T10:00:00Z"))
    answer = shop.api("POST", "/v1/recomputations", ASKED)
    assert (answer.status_code, answer.json["state"]) == (202, "pending")
    assert answer.json["requested_by"] == "alice@example.com" and answer.json["trigger"] == "api"
    assert counts(shop) == {}
    assert [execute_recompute(answer.json["id"]) for _ in range(2)] == [True, False]
    run = shop.api("GET", answer.headers["Location"]).json
    assert (run["state"], counts(shop)) == ("completed", {day(3): 1})
    summary = run["summary"]
    assert (summary["buckets"], summary["rows"], summary["events_read"]) == (10, 44, 1)
    assert (summary["added"], summary["changed"], summary["removed"]) == (44, 0, 0)
    assert actions() == [("recompute.triggered", "Alice"), ("recompute.completed", "Alice")]


def test_only_its_own_buckets_change_and_the_difference_can_be_looked_at(shop: Browser):
    send(shop, *[event(f"{n}", f"{day(n)}T10:00:00Z") for n in range(1, 11)])
    recompute(shop, "volume-by-period")
    send(shop, *[event(f"late-{n}", f"{day(n)}T11:00:00Z") for n in range(1, 11)])
    run = recompute(shop, "volume-by-period", date_from=day(4), date_to=day(5))
    found = counts(shop)
    assert {each for each, count in found.items() if count == 2} == {day(4), day(5)}
    assert len(found) == 10
    assert run["summary"]["totals"]["event_count"] == {"before": 2, "after": 4}
    assert (run["summary"]["changed"], run["summary"]["added"], run["summary"]["removed"]) == (16, 0, 0)
    changes = shop.api("GET", f"/v1/recomputations/{run['id']}/changes?limit=2").json["changes"]
    assert changes[0] == {
        "bucket_start": f"{day(4)}T00:00:00Z",
        "dimension_key": "source",
        "dimension_value": "shop",
        "metric_name": "amount_cents",
        "before": 2000,
        "after": 4000,
    }
    again = recompute(shop, "volume-by-period", date_from=day(4), date_to=day(5))
    assert [again["summary"][name] for name in ("added", "changed", "removed")] == [0, 0, 0]


def test_weeks_widen_to_whole_ones(shop: Browser):
    send(shop, event("1", f"{day(2)}T00:00:00Z"), event("2", f"{day(8)}T23:59:59Z"))
    run = recompute(shop, "volume-by-period", "week", date_from=day(4), date_to=day(5))
    assert (run["date_from"], run["date_to"]) == (day(2), day(8))
    assert counts(shop, window="week") == {day(2): 2}


def test_while_it_rebuilds_readers_see_what_was_before(shop: Browser, monkeypatch: pytest.MonkeyPatch):
    send(shop, event("1", f"{day(3)}T10:00:00Z"))
    recompute(shop, "volume-by-period")
    send(shop, event("2", f"{day(3)}T10:00:00Z"))
    seen = []
    complete = execute.complete

    def look_first(*given: Any) -> None:
        seen.append(counts(shop, limit=60))
        complete(*given)

    monkeypatch.setattr(execute, "complete", look_first)
    recompute(shop, "volume-by-period")
    assert (seen, counts(shop)) == ([{day(3): 1}], {day(3): 2})


def test_a_second_one_on_the_same_buckets_is_refused(shop: Browser):
    first = shop.api("POST", "/v1/recomputations", ASKED).json
    second = shop.api("POST", "/v1/recomputations", ASKED | {"date_from": day(10), "date_to": day(12)})
    assert (second.status_code, second.json["code"]) == (409, "conflict")
    assert f"Recomputation {first['id']} of volume-by-period by day" in second.json["fields"]["date_from"]
    for other in ({"date_from": day(11), "date_to": day(12)}, {"window": "week"}):
        assert shop.api("POST", "/v1/recomputations", ASKED | other).status_code == 202
    execute_recompute(first["id"])
    assert shop.api("POST", "/v1/recomputations", ASKED).status_code == 202


def test_many_at_once_start_one(shop: Browser, browse: Browse, alice: Actor):
    with ThreadPoolExecutor(4) as pool:
        asked = [browse(alice) for _ in range(4)]
        answers = list(pool.map(lambda each: each.api("POST", "/v1/recomputations", ASKED), asked))
    assert sorted(answer.status_code for answer in answers) == [202, 409, 409, 409]


def test_one_that_fails_changes_nothing_and_says_why(shop: Browser, monkeypatch: pytest.MonkeyPatch):
    send(shop, event("1", f"{day(3)}T10:00:00Z"))
    recompute(shop, "volume-by-period")
    send(shop, event("2", f"{day(3)}T10:00:00Z"))
    with monkeypatch.context() as patched:
        patched.setattr(execute, "complete", lambda *_: 1 / 0)
        run = recompute(shop, "volume-by-period")
    assert (run["state"], run["summary"]) == ("failed", None)
    assert run["error_message"] == "division by zero. The snapshots are as they were before."
    assert counts(shop) == {day(3): 1}
    assert actions()[-1] == ("recompute.failed", "Alice")
    evidence = shop.api("GET", f"/v1/recomputations/{run['id']}/evidence").json
    assert "projection_failed" in [each["code"] for each in evidence["body"]["findings"]]
    verdict = shop.api("POST", f"/v1/recomputations/{run['id']}/verification").json
    assert verdict["outcome"] == "unavailable"


def test_the_sweeper_settles_one_whose_worker_died_and_leaves_one_that_is_worked_on(shop: Browser):
    run_id = shop.api("POST", "/v1/recomputations", ASKED).json["id"]
    long_ago = "update recompute_runs set state = 'running', started_at = now() - interval '1 minute'"
    with db.transaction() as session:
        session.execute(text(long_ago))
    with db.transaction() as session:
        session.get_one(RecomputeRun, run_id, with_for_update=True)
        assert sweep_recomputes() == 0
    assert [sweep_recomputes(), sweep_recomputes()] == [1, 0]
    run = shop.api("GET", f"/v1/recomputations/{run_id}").json
    assert run["state"] == "failed" and "died" in run["error_message"]
    assert actions()[-1] == ("recompute.failed", "Alice")


def test_its_evidence_is_checked_against_the_snapshots(shop: Browser):
    send(shop, event("1", f"{day(3)}T10:00:00Z"))
    run = recompute(shop, "status-counts")
    evidence = shop.api("GET", f"/v1/recomputations/{run['id']}/evidence").json
    assert evidence["body"]["sources"][0]["kind"] == "plumbline"
    assert evidence["body"]["input_frontier"]["position"] and evidence["body"]["output_hash"]
    verify = f"/v1/recomputations/{run['id']}/verification"
    assert shop.api("POST", verify).json["outcome"] == "pass"
    with db.transaction() as session:
        session.execute(text("update metric_snapshots set metric_value = 7 where metric_value = 1"))
    assert shop.api("POST", verify).json["field"] == "output_hash"
    later = recompute(shop, "status-counts", date_from=day(9), date_to=day(10))
    verdict = shop.api("POST", verify).json
    assert verdict["outcome"] == "unavailable" and f"Recomputation {later['id']}" in verdict["reason"]


SENSELESS = (
    ({"report_slug": "no-such"}, "report_slug"),
    ({"report_slug": None}, "report_slug"),
    ({"window": "month"}, "window"),
    ({"date_from": "2026-11-31"}, "date_from"),
    ({"date_from": day(20), "date_to": day(10)}, "date_to"),
    ({"date_to": "2099-01-01"}, "date_to"),
    ({"date_from": "2010-01-01"}, "date_from"),
    ({"org_id": 1}, "org_id"),
)


def test_what_makes_no_sense_is_refused_at_its_field(shop: Browser):
    for said, field in SENSELESS:
        answer = shop.api("POST", "/v1/recomputations", ASKED | said)
        assert (answer.status_code, list(answer.json["fields"])) == (422, [field])
        assert shop.api("GET", "/v1/recomputations").json == {"recomputations": []}


def test_viewers_ask_for_none_and_strangers_see_none(
    shop: Browser, bob: Actor, charlie: Actor, browse: Browse
):
    run = recompute(shop, "top-entities")
    assert browse(bob).api("POST", "/v1/recomputations", ASKED).status_code == 403
    assert browse(bob).api("GET", f"/v1/recomputations/{run['id']}").status_code == 200
    stranger = browse(charlie)
    calls = [("GET", ""), ("GET", "/changes"), ("GET", "/evidence"), ("POST", "/verification")]
    asked = [stranger.api(how, f"/v1/recomputations/{run['id']}{end}").status_code for how, end in calls]
    assert asked == [404] * 4
    assert stranger.api("GET", "/v1/recomputations").json == {"recomputations": []}
    assert stranger.api("GET", "/v1/recomputations?limit=0").status_code == 422
