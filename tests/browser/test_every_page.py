"""What holds for each page: nothing in the console (see conftest), no sideways scrolling, nothing for axe."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.conftest import Open
from tests.browser.stage import Stage
from tests.browser.workbench import canvas

AXE = Path(__file__).parents[2] / "frontend_islands" / "node_modules" / "axe-core" / "axe.min.js"
PAGES = {
    "sign-in": ("/sign-in", None),
    "home": ("/", "alice"),
    "first home": ("/", "charlie"),
    "queries": ("/queries", "alice"),
    "no queries": ("/queries?q=zebra", "alice"),
    "new query": ("/queries/new", "alice"),
    "query": ("/queries/{query_id}", "alice"),
    "query of a viewer": ("/queries/{query_id}?view=table", "bob"),
    "versions": ("/queries/{query_id}/versions", "alice"),
    "version": ("/queries/{query_id}/versions/1", "alice"),
    "archived queries": ("/queries?archived=1", "alice"),
    "account of an admin": ("/account", "dana"),
    "new chart": ("/queries/{query_id}/visualizations/new", "alice"),
    "chart": ("/visualizations/{chart_id}", "alice"),
    "dashboards": ("/dashboards", "alice"),
    "no dashboards": ("/dashboards", "charlie"),
    "new dashboard": ("/dashboards/new", "alice"),
    "add to a dashboard": ("/dashboards/additions/new?query={query_id}", "alice"),
    "dashboard": ("/dashboards/{dashboard_id}", "bob"),
    "wall": ("/dashboards/{dashboard_id}?wall", "bob"),
    "dashboard being edited": ("/dashboards/{dashboard_id}/edit", "alice"),
    "tile": ("/dashboards/{dashboard_id}/tiles/1", "bob"),
    "dashboard on paper": ("/dashboards/{dashboard_id}/print", "bob"),
    "versions of a dashboard": ("/dashboards/{dashboard_id}/versions", "bob"),
    "version of a dashboard": ("/dashboards/{dashboard_id}/versions/1", "alice"),
    "wall links": ("/dashboards/{dashboard_id}/walls", "alice"),
    "datasources": ("/datasources", "dana"),
    "no datasources": ("/datasources", "charlie"),
    "new datasource": ("/datasources/new", "dana"),
    "datasource": ("/datasources/1", "dana"),
    "slots": ("/datasources/1/slots", "dana"),
    "account": ("/account", "alice"),
    "reports": ("/reports", "alice"),
    "no reports": ("/reports", "charlie"),
    "saved report": ("/reports/{report_id}", "bob"),
    "new report": ("/reports/new", "alice"),
    "report being edited": ("/reports/{report_id}/edit", "alice"),
    "facts of reports": ("/reports/facts", "dana"),
    "runs": ("/runs", "alice"),
    "no runs": ("/runs", "charlie"),
    "operations": ("/admin/operations", "dana"),
    "bad filter": ("/runs?state=done", "alice"),
    "retention": ("/settings/retention", "dana"),
    "retention of a query": ("/queries/{query_id}/retention", "alice"),
    "runs of a query": ("/queries/{query_id}/runs", "bob"),
    "runs of a datasource": ("/datasources/1/runs", "alice"),
    "schedules": ("/schedules", "alice"),
    "no schedules": ("/schedules", "charlie"),
    "schedule": ("/schedules/1", "alice"),
    "schedules of a dashboard": ("/dashboards/{dashboard_id}/schedules", "alice"),
    "notices": ("/notices", "alice"),
    "no notices": ("/notices", "charlie"),
    "mail and webhook": ("/notices/channels", "dana"),
    "schedules of a query": ("/queries/{query_id}/schedules", "alice"),
    "run": ("/runs/{good_run_id}", "alice"),
    "failed run": ("/runs/{failed_run_id}", "alice"),
    "expired run": ("/runs/{expired_run_id}", "bob"),
    "expired run in its query": ("/queries/{query_id}?run={expired_run_id}", "alice"),
    "comparison": ("/runs/{compared_ids[0]}/comparison/{compared_ids[1]}", "alice"),
    "events": ("/events", "alice"),
    "no events": ("/events", "charlie"),
    "report": ("/events/reports/volume-by-period?breakdown=source", "bob"),
    "report of nothing": ("/events/reports/top-entities", "charlie"),
    "bad report": ("/events/reports/status-counts?window=month", "alice"),
    "recomputations": ("/events/recomputations", "alice"),
    "recomputation": ("/events/recomputations/{recompute_id}", "alice"),
    "event sources": ("/events/sources", "alice"),
    "settings": ("/settings", "dana"),
    "members": ("/settings/members", "dana"),
    "telemetry": ("/admin/telemetry", "dana"),
    "member": ("/settings/members/1", "dana"),
    "invites": ("/settings/invites", "dana"),
    "organisation": ("/settings/organisation", "dana"),
    "audit log": ("/settings/audit", "dana"),
    "bad audit filter": ("/settings/audit?from=yesterday", "dana"),
    "usage": ("/settings/usage", "dana"),
    "no usage": ("/settings/usage", "charlie"),
    "who can see what": ("/settings/access", "dana"),
    "why one cannot": ("/settings/access?kind=run&id={failed_run_id}&user_id=3", "dana"),
    "reference": ("/reference", "bob"),
    "nothing there": ("/runs/4711", "alice"),
    "not allowed": ("/queries/new", "bob"),
}
# The islands repaint when they see the new theme, and colours may move for a moment.
COLOURS_SETTLE = """async () => {
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame)
  const moving = document.getAnimations().filter(each => each instanceof CSSTransition)
  await Promise.allSettled(moving.map(each => each.finished))
}"""
PHONE: ViewportSize = {"width": 390, "height": 844}
DRAWN = (
    *("report", "saved report", "new report", "query", "new chart", "chart"),
    *("dashboard", "wall", "tile", "dashboard on paper", "dashboard being edited"),
)


def visit(open_page: Open, stage: Stage, name: str) -> Page:
    """The page, once all of it is there."""
    path, who = PAGES[name]
    page = open_page(path.format(**vars(stage)), who)
    if name in DRAWN:
        canvas(page)
    if name.startswith("expired"):
        expect(page.get_by_role("heading", name="Result expired on")).to_be_visible()
    if name in ("run", "query of a viewer"):
        expect(page.get_by_role("gridcell").first).not_to_be_empty()
    if page.locator("plumb-editor").count():
        expect(page.locator("plumb-editor")).to_have_attribute("data-editor", "ready")
    return page


@pytest.mark.parametrize("name", PAGES)
def test_a_page_suits_readers_night_and_phones(open_page: Open, stage: Stage, name: str) -> None:
    page = visit(open_page, stage, name)
    page.evaluate(AXE.read_text())
    assert findings(page) == []
    if not page.locator("html[data-theme-fixed]").count():
        page.emulate_media(color_scheme="dark")
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        page.evaluate(COLOURS_SETTLE)
        assert findings(page, {"runOnly": ["color-contrast"]}) == []
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def findings(page: Page, options: dict[str, Any] | None = None) -> list[str]:
    """What axe-core found: the rule and the first element of each."""
    wanted = {"resultTypes": ["violations"], "preload": False} | (
        options or {}
    )  # no rule here reads style sheets
    found = page.evaluate("options => axe.run(document, options)", wanted)
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found["violations"]]
