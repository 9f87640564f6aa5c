from collections.abc import Callable

from app.accounts.allow import Actor
from tests.browsing import Browser

Browse = Callable[[Actor | None], Browser]


def test_an_admin_sets_the_time_zone_and_others_see_it(
    browse: Browse, bob: Actor, alice: Actor, dana: Actor, charlie: Actor
) -> None:
    page = browse(dana)
    assert page.post("/account/organisation", {"time_zone": "Europe/Berlin"}).status_code == 303
    assert "Europe/Berlin" in browse(bob).get("/account").text
    assert 'name="time_zone"' not in browse(bob).get("/account").text
    assert browse(bob).api("GET", "/v1/organisation").json == {"name": "Acme", "time_zone": "Europe/Berlin"}
    assert browse(charlie).api("GET", "/v1/organisation").json == {"name": "Other", "time_zone": "UTC"}
    for refused in (bob, alice):
        assert browse(refused).post("/account/organisation", {"time_zone": "UTC"}).status_code == 403
        assert browse(refused).api("POST", "/v1/organisation", {"time_zone": "UTC"}).status_code == 403


def test_a_zone_that_is_none_is_said_at_its_field(browse: Browse, dana: Actor) -> None:
    page = browse(dana)
    answer = page.post("/account/organisation", {"time_zone": "Mars/Base"})
    assert answer.status_code == 422
    assert "There is no such time zone" in answer.text and 'value="Mars/Base"' in answer.text
    assert page.api("POST", "/v1/organisation", {"time_zone": "x"}).json["fields"].keys() == {"time_zone"}
    assert page.api("POST", "/v1/organisation", {"time_zone": "UTC"}).json["time_zone"] == "UTC"
