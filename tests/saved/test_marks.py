"""Tags and favourites of queries and of dashboards, as each person meets them: one mechanism for both."""

from collections.abc import Callable
from typing import Any

import pytest

from app.accounts.allow import Actor
from app.audit.models import AuditEntry
from app.dashboards.save import create_dashboard
from tests.browsing import Browser
from tests.makers import make_datasource, make_query

Browse = Callable[[Actor | None], Browser]
MANY = ("queries", "dashboards")


@pytest.fixture
def things(session, alice: Actor, dana: Actor, connection_fields: dict[str, Any]) -> None:
    """Three queries and three dashboards of the same names, One the oldest."""
    source = make_datasource(dana, connection_fields)
    for name in ("One", "Two", "Three"):
        make_query(alice, source, f"select '{name}'", name)
        create_dashboard(session, alice, name=name)
    session.commit()


def names(page: Browser, many: str, query: str = "") -> list[str]:
    return [row["name"] for row in page.api("GET", f"/v1/{many}{query}").json[many]]


@pytest.mark.parametrize("many", MANY)
def test_a_tag_is_written_one_way_and_finds_what_bears_it(browse: Browse, alice, bob, things, many, session):
    page = browse(alice)
    assert page.post(f"/{many}/1/tags", {"tag": "  Late   FLIGHTS, weekly"}, htmx=True).status_code == 200
    assert page.api("POST", f"/v1/{many}/2/tags", {"tags": ["WEEKLY", "weekly "]}).json == {
        "tags": ["weekly"]
    }
    assert page.api("GET", f"/v1/{many}/1").json["tags"] == ["late flights", "weekly"]
    assert names(page, many, "?tag=Weekly") == ["Two", "One"]
    assert names(page, many, "?tag=weekly&tag=late+flights") == ["One"]
    assert names(page, many, "?q=e+fl") == ["One"]
    listed = browse(bob).get(f"/{many}").text
    assert 'weekly<span class="tag-count">2</span>' in listed
    assert 'late flights<span class="tag-count">1</span>' in listed
    page.post(f"/{many}/1/tags/removal", {"gone": "weekly"}, htmx=True)
    assert page.api("GET", f"/v1/{many}/1").json["tags"] == ["late flights"]
    assert session.query(AuditEntry).filter(AuditEntry.action.like("%.tagged")).count() == 3


@pytest.mark.parametrize("many", MANY)
@pytest.mark.parametrize("names_sent", [["x" * 41], ["a,b"], [f"t{n}" for n in range(21)], ["a\u200bb"]])
def test_a_tag_that_cannot_be_kept_changes_nothing(browse: Browse, alice, things, many, names_sent):
    page = browse(alice)
    page.api("POST", f"/v1/{many}/1/tags", {"tags": ["kept"]})
    answer = page.api("POST", f"/v1/{many}/1/tags", {"tags": names_sent})
    assert (answer.status_code, list(answer.json["fields"])) == (422, ["tags"])
    assert page.api("GET", f"/v1/{many}/1").json["tags"] == ["kept"]


def test_the_page_says_at_the_field_why_a_tag_cannot_be_kept(browse: Browse, alice, things):
    answer = browse(alice).post("/queries/1/tags", {"tag": "x" * 41}, htmx=True)
    assert answer.status_code == 422
    assert 'id="field-tag-error"' in answer.text and "at most 40" in answer.text


@pytest.mark.parametrize("many", MANY)
def test_a_favourite_is_somebodys_own_and_comes_first(browse: Browse, alice, bob, things, many):
    page = browse(bob)
    assert page.post(f"/{many}/1/favourite", htmx=True).text.count('aria-pressed="true"') == 1
    assert page.post(f"/{many}/1/favourite").location == f"/{many}/1"
    assert names(page, many) == ["Three", "Two", "One"], "the API keeps to the newest first"
    assert names(page, many, "?favourites=1") == ["One"]
    assert names(browse(alice), many, "?favourites=1") == []
    listed = page.get(f"/{many}").text
    assert listed.index("Favourite One") < listed.index("Favourite Three") < listed.index("Favourite Two")
    assert 'class="favourite"' in page.get("/").text
    assert 'class="favourite"' not in browse(alice).get("/").text
    page.api("POST", f"/v1/{many}/1/favourite/removal")
    assert page.api("GET", f"/v1/{many}/1").json["favourite"] is False


def test_pages_of_a_list_that_begins_with_favourites_hold_each_row_once(
    browse: Browse, alice, things, monkeypatch
):
    monkeypatch.setattr("app.saved.routes.PAGE", 2)
    page = browse(alice)
    page.post("/queries/1/favourite")
    first = page.get("/queries").text
    cursor = first.split("after=")[1].split('"')[0]
    second = page.get(f"/queries?after={cursor}").text
    held = [
        [name for name in ("One", "Two", "Three") if f"Favourite {name}" in text] for text in (first, second)
    ]
    assert held == [["One", "Three"], ["Two"]]


@pytest.mark.parametrize("many", MANY)
def test_a_viewer_stars_but_does_not_tag(browse: Browse, bob, things, many):
    page = browse(bob)
    assert page.post(f"/{many}/1/tags", {"tag": "mine"}).status_code == 403
    assert page.api("POST", f"/v1/{many}/1/tags", {"tags": []}).status_code == 403
    assert 'name="tag"' not in page.get(f"/{many}/1").text


@pytest.mark.parametrize("many", MANY)
def test_a_stranger_sees_404_and_no_tag_of_another_org(browse: Browse, alice, charlie, things, many):
    browse(alice).api("POST", f"/v1/{many}/1/tags", {"tags": ["secret"]})
    page = browse(charlie)
    for path in ("tags", "tags/removal", "favourite", "favourite/removal", "archival", "unarchival"):
        assert page.post(f"/{many}/1/{path}").status_code == 404
    for path in ("tags", "favourite", "favourite/removal"):
        body = {"tags": ["x"]} if path == "tags" else None
        assert page.api("POST", f"/v1/{many}/1/{path}", body).status_code == 404
    assert "secret" not in page.get(f"/{many}/tags").text
    assert "secret" in browse(alice).get(f"/{many}/tags").text
    assert names(page, many, "?tag=secret") == []


@pytest.mark.parametrize("many", MANY)
def test_a_copy_bears_the_same_tags(browse: Browse, alice, things, many):
    page = browse(alice)
    page.api("POST", f"/v1/{many}/1/tags", {"tags": ["flights"]})
    page.post(f"/{many}/1/{'fork' if many == 'queries' else 'duplicate'}")
    assert page.api("GET", f"/v1/{many}/4").json["tags"] == ["flights"]
