"""Questions in words over events, snapshots and recompute runs."""

from app.accounts.allow import Actor
from tests.analytics.conftest import Browse
from tests.analytics.sending import day, event, recompute, send
from tests.browsing import Browser

RANGE = {"from": f"{day(1)}T00:00:00Z", "to": f"{day(11)}T00:00:00Z"}


def test_each_dataset_answers_for_its_own_org(shop: Browser, charlie: Actor, browse: Browse):
    send(shop, event("1", amount_cents=100), event("2", status="refunded"), event("1", source="app"))
    recompute(shop, "volume-by-period")
    events = {
        "dataset": "analytics_events",
        "time_range": RANGE,
        "dimensions": ["source", "day"],
        "measures": ["event_count", "total_amount_cents", "avg_processing_ms"],
    }
    rows = shop.api("POST", "/v1/reports/query", events).json["rows"]
    assert [(row["source"], row["day"], row["event_count"], row["total_amount_cents"]) for row in rows] == [
        ("app", day(2), 1, 2000),
        ("shop", day(2), 2, 2100),
    ]
    chosen = {"dimension_key": "total", "metric_name": "event_count", "window": "day"}
    snapshots = {
        "dataset": "metric_snapshots",
        "time_range": RANGE,
        "measures": ["metric_total"],
        "filters": [{"field": name, "op": "eq", "value": value} for name, value in chosen.items()],
    }
    assert shop.api("POST", "/v1/reports/query", snapshots).json["rows"] == [{"metric_total": 3}]
    runs = {
        "dataset": "recompute_runs",
        "time_range": RANGE | {"to": f"{day(60)}T00:00:00Z"},
        "dimensions": ["report", "state"],
        "measures": ["run_count"],
    }
    assert shop.api("POST", "/v1/reports/query", runs).json["rows"] == [
        {"report": "volume-by-period", "state": "completed", "run_count": 1}
    ]
    for question in (events, snapshots, runs):
        answer = browse(charlie).api("POST", "/v1/reports/query", question).json["rows"]
        assert all(not any(value for value in row.values()) for row in answer), answer
