"""Every kind of chart, a closer look at many points, pictures to keep, and the weight of it all."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, Response, expect

from tests.browser.conftest import Open
from tests.browser.stage import Stage
from tests.browser.test_every_page import AXE, COLOURS_SETTLE, findings
from tests.browser.workbench import canvas, focus_by_tab

HEAVIEST = 400_000  # bytes of script, compressed
ON_CANVAS = ["Line", "Area", "Bars", "Scatter", "Pie", "Heat map", "Histogram", "Timeline"]


def notes(page: Page) -> Locator:
    return page.locator(".pchart-notes")


@pytest.fixture
def many(open_page: Open, stage: Stage) -> Page:
    """60,000 points as a line."""
    page = open_page(f"/queries/{stage.many_points_id}", who="bob")
    canvas(page)
    return page


@pytest.mark.parametrize("kind", [*ON_CANVAS, "Number"])
def test_each_kind_is_drawn_at_once_and_reads_well(open_page: Open, stage: Stage, kind: str) -> None:
    page = open_page(f"/queries/{stage.query_id}/visualizations/new")
    expect(page.locator("plumb-chart canvas")).to_be_visible()
    if kind != "Line":  # which is there from the start
        with page.expect_response(re.compile("/preview$")):
            page.get_by_text(kind, exact=True).click()
    page.wait_for_load_state("networkidle")
    if kind == "Number":
        expect(page.locator(".pchart-value")).to_be_visible()
    else:
        canvas(page)
    expect(page.locator("plumb-chart [role=alert]")).to_have_count(0)
    page.evaluate(AXE.read_text())
    assert findings(page) == []
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.evaluate(COLOURS_SETTLE)
    assert findings(page, {"runOnly": ["color-contrast"]}) == []


def test_a_map_needs_nothing_from_elsewhere(open_page: Open, stage: Stage) -> None:
    page = open_page(f"/queries/{stage.many_points_id}/visualizations/new")
    expect(page.locator("plumb-chart, plumb-grid").first).to_be_visible()
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    with page.expect_response(re.compile("/preview$")):
        page.get_by_text("Map", exact=True).click()
    expect(notes(page)).to_have_text("Not found on the map: Atlantis.")
    canvas(page)
    assert hosts == {urlsplit(stage.url).netloc}


def test_many_points_come_thinned_and_zooming_fetches_detail(many: Page) -> None:
    expect(notes(many)).to_contain_text("60,000 rows, drawn as the lowest and highest of each step.")
    plot = many.locator(".pchart-plot")
    box = plot.bounding_box()
    assert box is not None
    asked: list[str] = []
    many.on("request", lambda request: asked.append(request.url))
    many.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 60)
    many.mouse.down()
    many.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 70, steps=4)
    with many.expect_response(re.compile(r"/points\?.*from=")):
        many.mouse.up()
    expect(notes(many)).to_contain_text(re.compile(r"^[5-7],\d{3} rows"))
    assert any("/points?" in url and "&to=" in url for url in asked)
    many.get_by_role("button", name="Whole range").click()
    expect(notes(many)).to_contain_text("60,000 rows")


def test_zoom_and_pictures_are_reached_by_keyboard(many: Page) -> None:
    focus_by_tab(many, ".pchart-tools button[aria-label='Zoom in']", most=60)
    with many.expect_response(re.compile(r"/points\?.*from=")):
        many.keyboard.press("Enter")
    expect(notes(many)).to_contain_text(re.compile(r"^(30,00\d|29,99\d) rows"))
    focus_by_tab(many, ".pchart-tools button[aria-label='Forward']")
    with many.expect_response(re.compile(r"/points\?.*from=")):
        many.keyboard.press("Enter")
    expect(many.get_by_role("button", name="Whole range")).to_be_attached()


def test_a_series_is_hidden_by_keyboard(open_page: Open, stage: Stage) -> None:
    page = open_page(f"/queries/{stage.query_id}")
    canvas(page)
    button = page.get_by_role("button", name="JFK")
    button.focus()
    page.keyboard.press("Space")
    expect(button).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Space")
    expect(button).to_have_attribute("aria-pressed", "true")


def test_a_chart_is_kept_as_png_and_svg(open_page: Open, stage: Stage) -> None:
    page = open_page(f"/queries/{stage.query_id}")
    canvas(page)
    for format in ("PNG", "SVG"):
        with page.expect_download() as found:
            page.get_by_role("button", name=f"Download as {format}").click()
        assert found.value.suggested_filename == f"Delay.{format.lower()}"
        content = Path(found.value.path()).read_bytes()
        if format == "PNG":
            assert content.startswith(b"\x89PNG") and len(content) > 10_000
        else:
            text = content.decode()
            assert text.startswith("<svg") and all(
                f">{name}</text>" in text for name in ("EWR", "JFK", "LGA")
            )


def test_a_page_with_charts_only_stays_light(open_page: Open, stage: Stage) -> None:
    sizes: list[int] = []

    def weigh(response: Response) -> None:
        if response.url.endswith(".js") and "/static/" in response.url:
            sizes.append(int(response.headers["content-length"]))

    page = open_page("/account", own=True)  # with an empty cache
    page.on("response", weigh)
    page.goto(f"/visualizations/{stage.chart_id}")
    canvas(page)
    assert sum(sizes) < HEAVIEST
