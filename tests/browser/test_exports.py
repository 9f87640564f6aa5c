"""A result becomes a file: from a menu, by keyboard, and without script."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.stage import Stage
from tests.browser.test_every_page import AXE


def open_menu(page: Page) -> None:
    page.locator("summary", has_text="Download").focus()
    page.keyboard.press("ArrowDown")


def test_by_keyboard(open_page: Open, stage: Stage) -> None:
    page = open_page(f"/runs/{stage.good_run_id}", "bob")
    open_menu(page)
    expect(page.get_by_role("link", name="CSV")).to_be_focused()
    page.keyboard.press("ArrowDown")
    with page.expect_download() as started:
        page.keyboard.press("Enter")
    assert started.value.suggested_filename == f"Delay-by-day-run-{stage.good_run_id}.tsv"
    assert Path(started.value.path()).read_text().startswith("day\torigin\taverage_delay\n2013-06-01\t")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="CSV")).to_be_hidden()


def test_without_script(open_page: Open, stage: Stage) -> None:
    page = open_page(f"/runs/{stage.good_run_id}", "bob", java_script_enabled=False)
    page.get_by_text("Download", exact=True).click()
    with page.expect_download() as started:
        page.get_by_role("link", name="NDJSON").click()
    text = Path(started.value.path()).read_text()
    assert text.startswith('{"day":"2013-06-01","origin":"EWR",'), text[:200]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_open_menu(open_page: Open, stage: Stage, theme: str) -> None:
    page = open_page(f"/queries/{stage.query_id}?run={stage.good_run_id}", color_scheme=theme)
    page.evaluate(AXE.read_text())
    open_menu(page)
    found = page.evaluate("axe.run('.menu[open]')")
    assert [each["id"] for each in found["violations"]] == []
