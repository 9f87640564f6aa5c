"""Pages of events: reports with their controls, recomputations with what they changed, sources."""

from app.accounts.allow import Actor
from app.analytics.recompute.execute import execute_recompute
from tests.analytics.conftest import Browse
from tests.analytics.sending import day, event, recompute, send
from tests.browsing import Browser

DAYS = {"date_from": day(1), "date_to": day(10)}


def test_a_report_shows_chart_rows_and_where_they_come_from(shop: Browser, bob: Actor, browse: Browse):
    send(shop, event("1"), event("2", status="refunded"))
    run = recompute(shop, "status-counts")
    viewer = browse(bob)
    assert "Status counts" in viewer.get("/events").text
    seen = viewer.get("/events/reports/status-counts", query_string=DAYS).text
    assert "<plumb-chart" in seen and "refunded" in seen and f"recomputation {run['id']}" in seen
    part = viewer.get("/events/reports/status-counts", query_string=DAYS, htmx=True)
    assert part.text.lstrip().startswith("<section") and part.headers["HX-Push-Url"]
    assert "No snapshots of these days" in viewer.get("/events/reports/top-entities", query_string=DAYS).text


def test_what_is_wrong_with_the_controls_is_said_beside_them(shop: Browser):
    for htmx in (False, True):
        bad = shop.get("/events/reports/volume-by-period?window=month", htmx=htmx)
        assert bad.status_code == 422 and "Use day or week." in bad.text
    assert shop.get("/events/reports/no-such").status_code == 404


def test_a_recomputation_is_asked_for_and_looked_at(shop: Browser, bob: Actor, browse: Browse):
    send(shop, event("1"))
    recompute(shop, "volume-by-period")
    send(shop, event("2"))
    asked = {"report_slug": "volume-by-period", "window": "day", **DAYS}
    answer = shop.post("/events/recomputations", asked)
    assert answer.status_code == 303
    moving = shop.get(answer.location).text
    assert "Waiting for a worker" in moving and "hx-get" in moving
    refused = shop.post("/events/recomputations", asked)
    assert refused.status_code == 422 and "is pending. Wait until it has ended" in refused.text
    execute_recompute(int(answer.location.rpartition("/")[2]))
    done = browse(bob).get(answer.location).text
    assert "What changed" in done and "+20.00" in done and "every 5s" not in done
    listed = browse(bob).get("/events/recomputations").text
    assert "Volume by period" in listed and "Recompute</" not in listed
    assert "Verified" in browse(bob).post(f"{answer.location}/verification", htmx=True).text
    assert browse(bob).post("/events/recomputations", asked).status_code == 403


def test_sources_are_made_paused_and_resumed(shop: Browser):
    assert shop.post("/events/sources", {"slug": "till", "provider_name": "The till"}).status_code == 303
    taken = shop.post("/events/sources", {"slug": "till", "provider_name": "The till"})
    assert taken.status_code == 422 and "Choose another slug." in taken.text
    shop.post("/events/sources/till/pause")
    assert "Paused" in shop.get("/events/sources").text
    shop.post("/events/sources/till/resumption")
    assert "Paused" not in shop.get("/events/sources").text


def test_a_stranger_sees_none_of_it(shop: Browser, charlie: Actor, browse: Browse):
    send(shop, event("1"))
    run = recompute(shop, "volume-by-period")
    stranger = browse(charlie)
    assert "No events yet" in stranger.get("/events").text
    assert stranger.get(f"/events/recomputations/{run['id']}").status_code == 404
    assert stranger.post(f"/events/recomputations/{run['id']}/verification").status_code == 404
    assert stranger.post("/events/sources/shop/pause").status_code == 404
    assert stranger.post("/events/sources/shop/resumption").status_code == 404
    assert "No snapshots" in stranger.get("/events/reports/volume-by-period", query_string=DAYS).text
    assert "Nothing was computed yet" in stranger.get("/events/recomputations").text
    assert "<code>shop</code>" not in stranger.get("/events/sources").text
