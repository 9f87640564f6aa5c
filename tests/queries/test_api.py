from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.datasources.models import Datasource
from app.queries.models import Query
from tests.browsing import Browser
from tests.makers import make_query

Browse = Callable[[Actor | None], Browser]


def body(source: Datasource, **changed: Any) -> dict[str, Any]:
    return {
        "name": "Flights",
        "datasource_id": source.id,
        "sql": " select {{ n }}, {{ period.start }} ",
        "parameters": [
            {"name": "n", "kind": "integer", "default": 5},
            {"name": "period", "kind": "date_range", "default": "2013-01-01..2013-01-31"},
        ],
    } | changed


def test_a_query_is_created_and_read_back(browse: Browse, alice: Actor, source: Datasource) -> None:
    made = browse(alice).api("POST", "/v1/queries", body(source))
    assert (made.status_code, made.headers["Location"]) == (201, "/v1/queries/1")
    shown = browse(alice).api("GET", "/v1/queries/1").json
    assert shown == made.json
    assert shown["sql"] == " select {{ n }}, {{ period.start }} "
    assert shown["version"] == 1 and shown["datasource_id"] == source.id
    assert [(p["name"], p["kind"], p["default"], p["default_end"]) for p in shown["parameters"]] == [
        ("n", "integer", "5", None),
        ("period", "date_range", "2013-01-01", "2013-01-31"),
    ]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"datasource_id": 99}, "datasource_id"),
        ({"datasource_id": None}, "datasource_id"),
        ({"sql": "select '{{ n }}'"}, "sql"),
        ({"sql": "\ud800"}, "sql"),
        ({"parameters": []}, "parameters.n"),
        ({"parameters": [{"name": "n", "kind": "money"}]}, "parameters.0.kind"),
        ({"parameters": [{"name": "n", "kind": "integer", "default": 1.5}]}, "parameters.n"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_what_is_wrong_is_named(
    browse: Browse, alice: Actor, source: Datasource, session: Session, changed: dict[str, Any], field: str
) -> None:
    answer = browse(alice).api("POST", "/v1/queries", body(source, **changed))
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert field in answer.json["fields"]
    assert session.scalar(select(func.count()).select_from(Query)) == 0


def test_lists_page_by_cursor(browse: Browse, alice: Actor, source: Datasource) -> None:
    for number in range(3):
        make_query(alice, source, name=f"Query {number}")
    first = browse(alice).api("GET", "/v1/queries?limit=2").json
    assert [query["name"] for query in first["queries"]] == ["Query 2", "Query 1"]
    second = browse(alice).api("GET", f"/v1/queries?limit=2&after={first['next']}").json
    assert [query["name"] for query in second["queries"]] == ["Query 0"]
    assert second["next"] is None
    assert browse(alice).api("GET", "/v1/queries?limit=0").status_code == 422


def test_roles_and_strangers(
    browse: Browse, alice: Actor, bob: Actor, charlie: Actor, source: Datasource
) -> None:
    make_query(alice, source)
    assert browse(bob).api("GET", "/v1/queries/1").status_code == 200
    assert browse(bob).api("POST", "/v1/queries", body(source)).status_code == 403
    assert browse(charlie).api("GET", "/v1/queries/1").status_code == 404
    assert browse(charlie).api("GET", "/v1/queries").json["queries"] == []
    assert browse(charlie).api("POST", "/v1/queries", body(source)).status_code == 422
    assert browse(None).api("GET", "/v1/queries").status_code == 401


def test_a_version_is_saved_with_its_zone_and_nobodys_is_overwritten(
    browse: Browse, alice: Actor, bob: Actor, charlie: Actor, source: Datasource
) -> None:
    page = browse(alice)
    page.api("POST", "/v1/queries", body(source))
    sent = body(source, time_zone="Asia/Tokyo", based_on=1)
    saved = page.api("POST", "/v1/queries/1", sent).json
    assert (saved["version"], saved["time_zone"]) == (2, "Asia/Tokyo")
    assert page.api("POST", "/v1/queries/1", sent).status_code == 409
    wrong = page.api("POST", "/v1/queries/1", body(source, time_zone="Mars/Olympus", based_on=2))
    assert (wrong.status_code, list(wrong.json["fields"])) == (422, ["time_zone"])
    assert browse(bob).api("POST", "/v1/queries/1", sent).status_code == 403
    assert browse(charlie).api("POST", "/v1/queries/1", sent).status_code == 404
