"""Reports over snapshots: defaults, bounds, breakdowns, filters, paging and what Redis keeps."""

from datetime import UTC, datetime, timedelta

import pytest
from redis import Redis

from app.accounts.allow import Actor
from app.core import redis
from tests.analytics.conftest import Browse
from tests.analytics.sending import day, event, recompute, report, send
from tests.browsing import Browser

SLUGS = ("volume-by-period", "status-counts", "top-entities")


@pytest.fixture
def sold(shop: Browser) -> Browser:
    """Three orders at the shop and one in the app, on two days of one week and one of the next."""
    send(
        shop,
        event("1", f"{day(3)}T00:00:00Z"),
        event("2", f"{day(3)}T23:59:59.999999Z", entity_id="customer-2", processing_ms=None),
        event("3", f"{day(5)}T12:00:00+02:00", status="refunded", amount_cents=-2000),
        event("1", f"{day(10)}T12:00:00Z", source="app", processing_ms=31),
    )
    for slug in SLUGS:
        for window in ("day", "week"):
            assert recompute(shop, slug, window)["state"] == "completed"
    return shop


def test_the_volume_of_each_day_and_of_each_week(sold: Browser):
    days = report(sold, "volume-by-period")
    assert days["row_count"] == days["total_count"] == 10
    told = {row["period"]: row for row in days["rows"] if row["event_count"]}
    assert told == {
        day(3): {
            "period": day(3),
            "event_count": 2,
            "amount_cents": 4000,
            "avg_processing_ms": 120.0,
        },
        day(5): {
            "period": day(5),
            "event_count": 1,
            "amount_cents": -2000,
            "avg_processing_ms": 120.0,
        },
        day(10): {
            "period": day(10),
            "event_count": 1,
            "amount_cents": 2000,
            "avg_processing_ms": 31.0,
        },
    }
    weeks = report(sold, "volume-by-period", window="week")
    assert (weeks["date_from"], weeks["date_to"]) == (day(-5), day(15))
    assert [(row["period"], row["event_count"]) for row in weeks["rows"]] == [
        (day(-5), 0),
        (day(2), 3),
        (day(9), 1),
    ]


def test_by_source_a_period_has_its_total_first(sold: Browser):
    rows = report(sold, "volume-by-period", window="week", breakdown="source")["rows"]
    assert [(row["period"], row["source"], row["event_count"]) for row in rows] == [
        (day(-5), None, 0),
        (day(2), None, 3),
        (day(2), "shop", 3),
        (day(9), None, 1),
        (day(9), "app", 1),
    ]
    (only,) = report(sold, "volume-by-period", source="app")["rows"]
    assert (only["period"], only["source"], only["event_count"]) == (day(10), "app", 1)


def test_statuses_are_counted_in_all_and_by_period(sold: Browser):
    rows = report(sold, "status-counts")["rows"]
    assert [(row["status"], row["event_count"], row["amount_cents"]) for row in rows] == [
        ("paid", 3, 6000),
        ("refunded", 1, -2000),
    ]
    by_period = report(sold, "status-counts", breakdown="period")["rows"]
    assert [(row["period"], row["status"], row["event_count"]) for row in by_period] == [
        (day(3), "paid", 2),
        (day(5), "refunded", 1),
        (day(10), "paid", 1),
    ]
    assert [row["event_count"] for row in report(sold, "status-counts", status="refunded")["rows"]] == [1]
    assert report(sold, "status-counts", status="no-such")["rows"] == []


def test_entities_are_ranked_and_paged(sold: Browser):
    first = report(sold, "top-entities", limit=1)
    assert first["rows"] == [{"rank": 1, "entity_id": "customer-1", "event_count": 3, "amount_cents": 2000}]
    assert (first["row_count"], first["total_count"]) == (1, 2)
    second = report(sold, "top-entities", limit=1, offset=1)
    assert [(row["rank"], row["entity_id"]) for row in second["rows"]] == [(2, "customer-2")]
    beyond = report(sold, "top-entities", offset=50)
    assert (beyond["rows"], beyond["total_count"]) == ([], 2)


def test_an_answer_is_kept_until_a_recompute_and_given_without_redis_too(
    sold: Browser, monkeypatch: pytest.MonkeyPatch
):
    fresh, kept = report(sold, "status-counts"), report(sold, "status-counts")
    assert (fresh["cache_hit"], kept["cache_hit"]) == (False, True)
    assert kept["rows"] == fresh["rows"] and kept["generated_at"] == fresh["generated_at"]
    assert fresh["source_system"] == "metric_snapshots" and fresh["execution_ms"] >= 0
    assert 0 < redis.client().ttl(redis.client().keys("report:*")[0]) <= 300
    send(sold, event("late", f"{day(5)}T10:00:00Z"))
    assert report(sold, "status-counts")["cache_hit"] is True
    run = recompute(sold, "status-counts")
    after = report(sold, "status-counts")
    assert (after["cache_hit"], after["rows"][0]["event_count"]) == (False, 4)
    assert after["newest_run_id"] == run["id"]
    monkeypatch.setattr(redis, "_client", Redis.from_url("redis://127.0.0.1:1"))
    assert report(sold, "status-counts")["rows"] == after["rows"]
    assert report(sold, "status-counts")["cache_hit"] is False


def test_unless_told_a_report_is_of_the_last_thirty_days_by_day(shop: Browser):
    answer = shop.api("GET", "/v1/reports/volume-by-period/run").json
    today = datetime.now(UTC).date()
    assert (answer["date_from"], answer["date_to"]) == (str(today - timedelta(days=29)), str(today))
    assert (answer["window"], answer["limit"], answer["rows"]) == ("day", 50, [])
    listed = shop.api("GET", "/v1/reports").json["reports"]
    assert [each["slug"] for each in listed] == list(SLUGS)
    one = shop.api("GET", "/v1/reports/status-counts").json
    assert one["supported_filters"] == ["status"] and one["default_window"] == "day"


SENSELESS = (
    ("volume-by-period", {"window": "month"}, "window"),
    ("volume-by-period", {"breakdown": "period"}, "breakdown"),
    ("volume-by-period", {"status": "paid"}, "status"),
    ("volume-by-period", {"date_from": "yesterday"}, "date_from"),
    ("volume-by-period", {"date_from": "2026-02-30"}, "date_from"),
    ("volume-by-period", {"date_to": "2026-11-1"}, "date_to"),
    ("volume-by-period", {"date_from": day(2), "date_to": day(1)}, "date_to"),
    ("volume-by-period", {"date_from": "2001-01-01", "date_to": day(1)}, "date_from"),
    ("volume-by-period", {"limit": "0"}, "limit"),
    ("volume-by-period", {"limit": "101"}, "limit"),
    ("volume-by-period", {"limit": "ten"}, "limit"),
    ("volume-by-period", {"offset": "-1"}, "offset"),
    ("volume-by-period", {"org_id": "1"}, "org_id"),
    ("volume-by-period", {"source": "a\0"}, "source"),
    ("status-counts", {"source": "shop"}, "source"),
    ("top-entities", {"breakdown": "source"}, "breakdown"),
)


def test_what_makes_no_sense_is_refused_at_its_name(shop: Browser):
    for slug, given, field in SENSELESS:
        answer = shop.api("GET", f"/v1/reports/{slug}/run", query_string=given)
        assert (answer.status_code, answer.json["code"], list(answer.json["fields"])) == (
            422,
            "invalid",
            [field],
        )


def test_an_unknown_report_is_404_and_names_those_there_are(shop: Browser):
    for path in ("no-such", "no-such/run", "no-such/columns"):
        answer = shop.api("GET", f"/v1/reports/{path}")
        assert answer.status_code == 404
        assert "There are: volume-by-period, status-counts, top-entities." in answer.json["detail"]


def test_a_chart_gets_columns_of_plain_numbers(sold: Browser):
    given = {"date_from": day(1), "date_to": day(10), "breakdown": "source"}
    asked = {**given, "column": ["period", "source", "event_count"]}
    answer = sold.api("GET", "/v1/reports/volume-by-period/columns", query_string=asked).json
    periods, sources, counts = answer["values"]
    assert periods[0] == datetime.fromisoformat(f"{day(1)}T00:00:00Z").timestamp() * 1000
    assert set(sources) == {"all sources", "shop", "app"} and sum(counts) == 8
    bad = sold.api("GET", "/v1/reports/volume-by-period/columns", query_string={"column": "period_"})
    assert (bad.status_code, list(bad.json["fields"])) == (422, ["column"])


def test_a_stranger_sees_nothing_of_another_org(sold: Browser, charlie: Actor, browse: Browse):
    stranger = browse(charlie)
    for slug in SLUGS:
        assert report(stranger, slug)["rows"] == []
        assert stranger.api("GET", f"/v1/reports/{slug}").status_code == 200
    columns = stranger.api("GET", "/v1/reports/top-entities/columns").json
    assert columns["row_count"] == 0
