"""Whoever names things with markup gets names: no page runs a script or breaks, in a real browser."""

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import text

from app.accounts.allow import Actor
from app.accounts.models import Role
from app.core import db
from app.notices.tell import News, tell
from app.queries.models import Query
from app.visualizations.create import create_visualization
from tests.browser.conftest import Open
from tests.browser.stage import Stage
from tests.browser.workbench import canvas
from tests.browsing import Browser
from tests.makers import finish, make_datasource, make_user

EVIL = """'"><b id=pwned>x</b><img src=x onerror=pwned=1></script>"""
SHOWN = "<b id=pwned>"
IN_SQL = EVIL.replace("'", "''")
COLUMN = EVIL.replace('"', '""')
SQL = f"""
select n, '{IN_SQL}' || n % 3 as "{COLUMN}", '</script><!--' || '{IN_SQL}' as "a</script>"
from generate_series(1, 12) n where {{{{ p }}}} = {{{{ p }}}}"""
MARKDOWN = f"""{EVIL}

<script>pwned=1</script> <a href="javascript:pwned=1">x</a>

[x](javascript:pwned=1) [y](data:text/html,x) ![z](https://evil.example/x.png) `{EVIL}` {{{{ p }}}}

# {EVIL}
"""


@dataclass(frozen=True)
class Hostile:
    """Paths of everything that eve has."""

    cookie: str
    named: list[str]
    drawn: list[str]
    others: list[str]


@pytest.fixture
def hostile(installed: Flask, stage: Stage, connection_fields: dict[str, str]) -> Hostile:
    """An org of its own, so that no other test meets it."""
    eve = make_user("eve", "Evil", Role.ADMIN)
    with db.transaction() as session:
        session.execute(
            text("update users set name = :evil where id = :id"), {"evil": EVIL, "id": eve.user_id}
        )
        session.execute(text("update orgs set name = :evil where id = :id"), {"evil": EVIL, "id": eve.org_id})
    browser = Browser(installed, eve)
    source = make_datasource(eve, connection_fields, EVIL)

    def make(path: str, body: dict[str, Any]) -> Any:
        answer = browser.api("POST", path, body)
        assert answer.status_code < 300, (path, answer.text)
        return answer.json

    parameter = {
        "name": "p",
        "kind": "choice",
        "label": EVIL,
        "default": EVIL,
        "choices": [{"value": EVIL, "label": EVIL}],
    }
    body = {
        "name": EVIL,
        "description": EVIL,
        "datasource_id": source.id,
        "sql": SQL,
        "parameters": [parameter],
    }
    query = make("/v1/queries", body)["id"]
    make(f"/v1/queries/{query}/tags", {"tags": ["<b id=pwned>"]})
    run = make("/v1/runs", {"query_id": query})["id"]
    failing = make("/v1/runs", {"datasource_id": source.id, "sql": f"select '{IN_SQL}'::int"})["id"]
    for each in (run, failing):
        finish(each)
    charts = _charts(eve, query)
    tiles: list[dict[str, Any]] = [
        {
            "kind": "visualization",
            "visualization_id": chart,
            "x": 4 * place,
            "y": 0,
            "w": 4,
            "h": 5,
            "title": EVIL,
        }
        for place, chart in enumerate(charts)
    ]
    tiles.append({"kind": "text", "x": 0, "y": 6, "w": 6, "h": 5, "title": EVIL, "text": MARKDOWN})
    tiles.append({"kind": "section", "x": 0, "y": 5, "w": 12, "h": 1, "text": EVIL})
    board = make("/v1/dashboards", {"name": EVIL, "description": EVIL, "tiles": tiles})["id"]
    wall = make(f"/v1/dashboards/{board}/walls", {"name": EVIL})["token"]
    daily = {"kind": "daily", "at": "06:00", "time_zone": "Europe/Berlin"}
    schedule = make("/v1/schedules", {"query_id": query, **daily})["id"]
    make("/v1/event-sources", {"slug": "evil", "provider_name": EVIL, "description": EVIL})
    asked = {"dataset": "runs", "period": "last 30 days", "dimensions": ["state"], "measures": ["run_count"]}
    report = make("/v1/saved-reports", {"name": EVIL, "description": EVIL, **asked})["id"]
    browser.post("/account/tokens", {"name": EVIL})
    with db.transaction() as session:
        tell(session, eve.org_id, [eve.user_id], News("schedule.failed", EVIL, EVIL, "/schedules", "danger"))
        session.execute(
            text("update sign_ins set browser = :evil where org_id = :id"), {"evil": EVIL, "id": eve.org_id}
        )
    cookie = browser.client.get_cookie("plumbline")
    assert cookie is not None
    return Hostile(
        cookie.value,
        named=[
            *(
                "/",
                "/queries",
                f"/queries/{query}",
                f"/queries/{query}/versions",
                f"/queries/{query}/versions/1",
            ),
            *(f"/queries/{query}/runs", f"/queries/{query}/schedules", f"/runs/{failing}", f"/runs/{run}"),
            *("/dashboards", f"/dashboards/{board}/versions", f"/dashboards/{board}/walls", "/schedules"),
            *(f"/schedules/{schedule}", "/datasources", f"/datasources/{source.id}", "/runs", "/reports"),
            *(
                f"/reports/{report}",
                "/events/sources",
                "/account",
                "/notices",
                f"/queries/{query}?view=table",
            ),
        ],
        drawn=[
            *(f"/visualizations/{chart}" for chart in charts[:2]),
            *(
                f"/dashboards/{board}",
                f"/dashboards/{board}/print",
                f"/dashboards/{board}/edit",
                f"/wall/{wall}",
            ),
        ],
        others=[f"/queries?q={SHOWN}", f"/sign-in?next={SHOWN}", f"/runs?state={SHOWN}", f"/{SHOWN}"],
    )


def test_names_and_values_with_markup_are_shown_as_they_are(
    hostile: Hostile, open_page: Open, stage: Stage
) -> None:
    page = open_page("/sign-in", who=None)
    page.context.add_cookies([{"name": "plumbline", "value": hostile.cookie, "url": stage.url}])
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url.partition("://")[2].partition("/")[0]))
    for path in hostile.named:
        page.goto(path)
        expect(page.locator("body")).to_contain_text(SHOWN)
        assert_unharmed(page)
    for path in hostile.drawn:
        page.goto(path)
        box = canvas(page).bounding_box()
        assert box is not None
        for part in (0.3, 0.5, 0.7):  # whatever is under it says its name
            page.mouse.move(box["x"] + box["width"] * part, box["y"] + box["height"] * 0.5)
        assert_unharmed(page)
    for path in hostile.others:
        page.goto(path)
        assert_unharmed(page)
    assert dialogs == []
    assert asked == {stage.url.partition("://")[2]}


def assert_unharmed(page: Page) -> None:
    """None of the markup became an element, an attribute that acts, or a script."""
    assert page.evaluate("typeof window.pwned") == "undefined", page.url
    assert (
        page.locator("#pwned, img[src=x], [onerror], a[href^='javascript:'], a[href^='data:']").count() == 0
    ), page.url


def _charts(eve: Actor, query_id: int) -> list[int]:
    """Bars and parts named by the column and its values, and rows with a link made of them."""
    kinds: list[tuple[str, dict[str, Any]]] = [
        ("bar", {"x": EVIL, "y": ["n"], "series": "a</script>"}),
        ("pie", {"x": EVIL, "y": "n"}),
        ("table", {"columns": [{"name": EVIL, "link": "https://example.com/{value}"}]}),
    ]
    with db.transaction() as session:
        query = session.get_one(Query, query_id)
        return [
            create_visualization(session, eve, query, name=EVIL[:100], kind=kind, options=options).id
            for kind, options in kinds
        ]
