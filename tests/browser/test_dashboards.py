"""Building a dashboard and looking at it without touching the mouse."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.complaints import Complaints
from tests.browser.conftest import Open
from tests.browser.stage import Stage
from tests.browser.workbench import canvas, focus_by_tab


def tile(page: Page, name: str) -> Locator:
    return page.get_by_role("group", name=re.compile(f"^{name}\\."))


def at(page: Page, name: str) -> str:
    """Where a tile stands, as it is read out."""
    return (tile(page, name).get_attribute("aria-label") or "").partition(". ")[2]


def test_a_dashboard_is_built_and_looked_at_by_keyboard_alone(open_page: Open, stage: Stage) -> None:
    page = open_page("/")
    page.keyboard.press("g")
    page.keyboard.press("b")
    expect(page.get_by_role("heading", name="Dashboards")).to_be_visible()
    focus_by_tab(page, "a[href='/dashboards/new']")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.keyboard.type("Morning")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/dashboards/\d+/edit"))

    expect(page.get_by_role("button", name="Add chart")).to_be_visible()
    focus_by_tab(page, ".dash-tools button")
    page.keyboard.press("Enter")
    page.keyboard.type("delay by day")
    page.keyboard.press("Enter")
    expect(tile(page, "Delay")).to_be_focused()
    canvas(page)
    assert at(page, "Delay") == "Column 1, row 1, 6 wide, 5 high"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    assert at(page, "Delay") == "Column 2, row 1, 7 wide, 6 high"
    for _ in range(3):
        page.keyboard.press("Control+z")
    assert at(page, "Delay") == "Column 1, row 1, 6 wide, 5 high"
    page.keyboard.press("Control+Shift+z")
    assert at(page, "Delay") == "Column 2, row 1, 6 wide, 5 high"

    page.keyboard.press("Enter")
    focus_by_tab(page, "dialog[open] input")
    page.keyboard.type("How late")
    page.keyboard.press("Enter")
    expect(tile(page, "How late")).to_be_visible()
    page.get_by_role("button", name="Add section").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Control+a")
    page.keyboard.type("Today")
    page.keyboard.press("Enter")
    tile(page, "Today").focus()
    page.keyboard.press("ArrowUp")
    assert at(page, "Today") == "Column 1, row 1, 12 wide, 1 high"
    page.keyboard.press("Control+s")

    expect(page.get_by_role("heading", name="Morning")).to_be_visible()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    canvas(page)
    expect(page.locator("#tile-2 .tile-badge")).to_have_text(re.compile("Fresh"))
    focus_by_tab(page, "#tile-2 summary")
    page.keyboard.press("Enter")
    expect(page.get_by_text("at most 15 min old")).to_be_visible()


def test_opening_refreshes_what_is_too_old_and_applying_a_value_asks_anew(
    open_page: Open, stage: Stage
) -> None:
    page = open_page(f"/dashboards/{stage.dashboard_id}", who="bob")
    canvas(page)
    expect(page.locator("#tile-3 .tile-badge")).to_have_text(re.compile("Failing"))
    expect(page.locator("#summary .tile-badge")).to_have_text(re.compile("1 of 4 failing"))
    page.get_by_label("least", exact=True).fill("0")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?p\.least=0"))
    expect(page.locator("#tile-1 .tile-badge")).to_have_text(re.compile("Fresh"))
    canvas(page)
    page.get_by_label("least", exact=True).fill("1000")
    page.keyboard.press("Enter")
    expect(page.locator("#tile-1")).to_contain_text("Zero rows")


def test_a_tile_is_dragged_and_resized_by_mouse(open_page: Open, stage: Stage) -> None:
    page = open_page(f"/dashboards/{stage.dashboard_id}/edit", viewport={"width": 1440, "height": 1200})
    canvas(page)
    assert at(page, "First delay") == "Column 9, row 2, 4 wide, 3 high"
    head = tile(page, "First delay").locator(".dash-name").bounding_box()
    assert head
    page.mouse.move(head["x"] + 20, head["y"] + 8)
    page.mouse.down()
    page.mouse.move(head["x"] + 20, head["y"] + 8 + 240, steps=6)
    page.mouse.up()
    assert at(page, "First delay") == "Column 9, row 5, 4 wide, 3 high"
    corner = tile(page, "First delay").locator(".dash-corner").bounding_box()
    assert corner
    page.mouse.move(corner["x"] + 9, corner["y"] + 9)
    page.mouse.down()
    page.mouse.move(corner["x"] + 9 - 190, corner["y"] + 9, steps=6)
    page.mouse.up()
    assert at(page, "First delay") == "Column 9, row 5, 2 wide, 3 high"
    page.evaluate("delete document.querySelector('#board').dataset.unsaved")


def test_a_wall_refreshes_itself_says_when_nobody_answers_and_recovers(
    open_page: Open, stage: Stage, complaints: Complaints
) -> None:
    page = open_page(f"/dashboards/{stage.dashboard_id}?wall=30", own=True)  # the clock is a context's
    canvas(page)
    page.clock.install()
    page.reload()
    canvas(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/refreshes" in request.url else None)
    contact = page.locator("#contact")
    page.clock.run_for(40_000)
    expect(contact).to_have_text(re.compile(r"^Last contact \d\d:\d\d$"))
    assert asked
    page.route("**/refreshes*", lambda route: route.abort())
    page.clock.run_for(40_000)
    expect(contact).to_have_text(re.compile(r"^No answer\. Last contact"))
    page.unroute("**/refreshes*")
    page.clock.run_for(20_000)
    expect(contact).to_have_text(re.compile(r"^Last contact"))
    expected = re.compile("^error: (htmx:|Failed to load resource: net::ERR_FAILED)")
    complaints.texts = [each for each in complaints.texts if not expected.match(each)]


def test_small_charts_come_with_the_page_and_tables_ask_once(open_page: Open, stage: Stage) -> None:
    page = open_page(f"/dashboards/{stage.dashboard_id}", who="bob")
    canvas(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    canvas(page)
    page.wait_for_load_state("networkidle")
    data = [url for url in asked if "/v1/" in url]
    assert len(data) == 1 and data[0].partition("?")[0].endswith("/rows")
