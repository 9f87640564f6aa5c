"""Completion from the stored catalog."""

import pytest

from app.datasources.catalog.complete import complete


@pytest.fixture
def items(read, session):
    def at(text: str) -> list[str]:
        found = complete(session, read.id, text.replace("|", "", 1), text.index("|"))
        return [item.insert for item in found.items]

    return at


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("select * from fli|", ["shop.flights"]),
        ("select * from ord|", ['shop."Order"']),
        ("select * from shop.|", ["cheap", "flights", '"Order"']),
        ("select * from shop.che|", ["cheap"]),
        ("with flow as (select 1) select * from fl|", ["flow", "shop.flights"]),
        ("select | from shop.flights f", ["id", "carrier", '"Odd Column"', "f"]),
        ("select f.ca| from shop.flights f", ["carrier"]),
        ("select ODD| from flights", ['"Odd Column"']),
        ("select x.| from (select * from shop.cheap) x", ["carrier"]),
        ("select nope.| from shop.flights f", []),
        ("select 'f|' from shop.flights f", []),
        ("select c.| from shop.flights f, shop.cheap c", ["carrier"]),
    ],
)
def test_what_may_be_written(items, text, expected):
    assert items(text) == expected


def test_the_route_answers_editors_of_the_org_only(read, browse, alice, bob, charlie):
    path, body = f"/v1/datasources/{read.id}/completions", {"sql": "select * from fli", "offset": 17}
    answer = browse(alice).api("POST", path, body)
    assert answer.json["items"] == [
        {
            "label": "flights",
            "insert": "shop.flights",
            "kind": "table",
            "detail": "table in shop",
            "about": "One <b>row</b> a departure",
        }
    ]
    assert browse(bob).api("POST", path, body).status_code == 403
    assert browse(charlie).api("POST", path, body).status_code == 404
    assert browse(alice).api("POST", path, {"sql": "x"}).status_code == 422
    assert browse(alice).api("POST", path, {"sql": "x", "offset": -5}).status_code == 200
    assert browse(alice).api("POST", path, {"sql": "x", "offset": 10**20}).status_code == 200


def test_the_catalog_is_read_by_scripts_too(read, browse, alice, bob, charlie):
    path = f"/v1/datasources/{read.id}/catalog"
    answer = browse(alice).api("GET", f"{path}?q=fli").json
    assert (answer["state"], answer["relation_count"], answer["more"]) == ("ready", 3, False)
    assert [column["name"] for column in answer["relations"][0]["columns"]] == ["id", "carrier", "Odd Column"]
    assert browse(bob).api("GET", path).status_code == 403
    assert browse(charlie).api("GET", path).status_code == 404
    assert browse(charlie).api("POST", f"{path}/refresh").status_code == 404
    assert browse(alice).api("POST", f"{path}/refresh").status_code == 202
