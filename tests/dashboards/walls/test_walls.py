"""Wall links: one dashboard, for looking, for whoever has the link, until somebody revokes it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.allow import Actor
from app.accounts.models import Membership
from app.core import db
from app.dashboards.walls.models import WallToken
from app.datasources.models import Datasource
from app.runs.execute import execute_run
from app.runs.models import Run
from tests.browsing import Browser
from tests.dashboards.conftest import drawn, make_chart, make_dashboard
from tests.makers import make_query, run_now

Browse = Callable[[Actor | None], Browser]


@pytest.fixture
def screen(app: Flask) -> FlaskClient:
    """A browser that nobody is signed in to."""
    return app.test_client()


@pytest.fixture
def link(browse: Browse, alice: Actor, dashboard: int) -> str:
    """Path of a wall link that alice made, with `days` = 2."""
    body = {"name": "Hall", "parameters": {"days": "2"}}
    made = browse(alice).api("POST", f"/v1/dashboards/{dashboard}/walls", body)
    assert made.status_code == 201
    return str(made.json["url"]).removeprefix("http://localhost")


def run_all() -> None:
    with db.new_session() as session:
        waiting = session.scalars(select(Run.id).where(Run.finished_at.is_(None))).all()
    for run_id in waiting:
        execute_run(run_id)


def test_a_link_shows_the_dashboard_refreshes_it_and_has_its_own_values(
    screen: FlaskClient, link: str, dashboard: int
) -> None:
    first = screen.get(f"{link}?wall=300&theme=dark&zone=Asia/Tokyo&p.days=9").text
    assert "Operations" in first and 'data-wall="300"' in first and 'data-theme-fixed="dark"' in first
    assert 'data-zone="Asia/Tokyo"' in first and f"{link}/refreshes?v=1&amp;wall=300" in first
    assert "/queries/" not in first and "/runs/" not in first and "/edit" not in first
    assert screen.post(f"{link}/refreshes?p.days=9", headers={"HX-Request": "true"}).status_code == 200
    run_all()
    shown = screen.get(link).text
    assert '"row_count":2' in shown, "the values that it was made with"
    sources = re.search(r'src="([^"]*/columns)"', shown)
    assert sources and len(screen.get(sources[1]).json["values"][0]) == 2
    assert screen.get(f"{link}/pulse?seen=").status_code == 200
    css = screen.get(f"{link}/versions/1/layout.css")
    assert css.mimetype == "text/css" and "#tile-1" in css.text


def test_a_link_opens_nothing_else(
    screen: FlaskClient, browse: Browse, alice: Actor, source: Datasource, link: str, dashboard: int
) -> None:
    secret = run_now(alice, source, "select 'secret' as s").id
    other = make_dashboard(alice, drawn(make_chart(alice, make_query(alice, source), "table", {})))
    screen.post(f"{link}/refreshes")
    run_all()
    mark = re.search(r"/runs/(\d+)/([0-9a-f]{32})/columns", screen.get(link).text)
    assert mark
    assert screen.get(f"{link}/runs/{mark[1]}/{mark[2]}/rows").status_code == 200
    assert screen.get(f"{link}/runs/{secret}/{mark[2]}/rows").status_code == 404
    assert screen.get(f"{link}/runs/{mark[1]}/{'0' * 32}/rows").status_code == 404
    assert screen.get(f"{link}/runs/{mark[1]}/{mark[2]}/export").status_code == 404
    token = link.rpartition("/")[2]
    bearer = {"Authorization": f"Bearer {token}"}
    for path in (f"/v1/dashboards/{dashboard}", f"/v1/dashboards/{other}", f"/v1/runs/{mark[1]}/rows"):
        assert screen.get(path, headers=bearer).status_code == 401
    assert screen.get(f"/dashboards/{other}", headers=bearer).status_code == 303


def test_a_revoked_link_shows_nothing_and_so_does_one_whose_maker_has_left(
    screen: FlaskClient, browse: Browse, alice: Actor, dashboard: int, link: str
) -> None:
    page = browse(alice)
    page.post(f"/dashboards/{dashboard}/walls", {"name": "Lobby"})
    assert page.api("GET", f"/v1/dashboards/{dashboard}/walls").json["walls"][1]["values"] == "p.days=2"
    assert page.post(f"/dashboards/{dashboard}/walls/1/revocation").status_code == 303
    assert page.post(f"/dashboards/{dashboard}/walls/1/revocation").status_code == 404
    for path in ("", "/pulse", "/versions/1/layout.css"):
        assert screen.get(f"{link}{path}").status_code == 404
    assert screen.post(f"{link}/refreshes").status_code == 404
    again = page.api("POST", f"/v1/dashboards/{dashboard}/walls", {"name": "Hall"}).json
    path = str(again["url"]).removeprefix("http://localhost")
    assert screen.get(path).status_code == 200
    with db.transaction() as session:
        session.delete(session.get_one(Membership, (alice.org_id, alice.user_id)))
    assert screen.get(path).status_code == 404


def test_a_link_is_shown_once_and_kept_as_a_hash(browse: Browse, alice: Actor, dashboard: int) -> None:
    page = browse(alice)
    fields = {
        "name": "Hall",
        "wall": "60",
        "page": "20",
        "theme": "dark",
        "zone": "UTC",
        "values": "p.days=4",
    }
    made = page.post(f"/dashboards/{dashboard}/walls", fields).text
    url = re.search(
        r"http://localhost/wall/(wall_[\w-]+)\?wall=60&amp;page=20&amp;theme=dark&amp;zone=UTC", made
    )
    assert url
    listed = page.get(f"/dashboards/{dashboard}/walls?p.days=5").text
    assert url[1] not in listed and url[1][:11] in listed and "days=5" in listed
    with db.new_session() as session:
        kept = session.scalars(select(WallToken)).one()
    assert url[1].encode() not in kept.token_hash and kept.address == "p.days=4"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": " "}, "Say where it hangs"),
        ({"page": "soon"}, "Write page in seconds"),
        ({"wall": "5"}, "Write wall in seconds"),
        ({"theme": "pink"}, "light or dark"),
        ({"zone": "Mars/Olympus"}, "no such time zone"),
    ],
)
def test_what_a_wall_cannot_be_is_said_and_makes_no_link(
    browse: Browse, alice: Actor, dashboard: int, fields: dict[str, Any], words: str
) -> None:
    page = browse(alice)
    answer = page.post(f"/dashboards/{dashboard}/walls", {"name": "Hall"} | fields)
    assert answer.status_code == 422 and words in answer.text
    with db.new_session() as session:
        assert session.scalars(select(WallToken)).all() == []


def test_strangers_and_viewers_make_no_links(
    browse: Browse, bob: Actor, charlie: Actor, dashboard: int, link: str
) -> None:
    for path in (f"/dashboards/{dashboard}/walls", f"/dashboards/{dashboard}/walls/1/revocation"):
        assert browse(charlie).post(path, {"name": "x"}).status_code == 404
        assert browse(bob).post(path, {"name": "x"}).status_code == 403
        assert browse(charlie).api("POST", f"/v1{path}", {"name": "x"}).status_code == 404
    assert browse(charlie).get(f"/dashboards/{dashboard}/walls").status_code == 404
    assert browse(charlie).api("GET", f"/v1/dashboards/{dashboard}/walls").status_code == 404


def test_who_guesses_tokens_is_slowed_down(screen: FlaskClient) -> None:
    answers = [screen.get("/wall/wall_guess").status_code for _ in range(70)]
    assert set(answers) == {404, 429} and answers[-1] == 429


def test_an_archived_dashboard_leaves_the_wall(
    screen: FlaskClient, browse: Browse, alice: Actor, dashboard: int, link: str
) -> None:
    browse(alice).post(f"/dashboards/{dashboard}/archival")
    assert screen.get(link).status_code == 404
