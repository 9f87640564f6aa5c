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


def test_the_rows_in_sight_or_all_of_them(open_page: Open, stage: Stage) -> None:
    page = open_page(f"/runs/{stage.good_run_id}", "bob")
    page.get_by_role("searchbox", name="Search all rows").fill("EWR")
    page.keyboard.press("Enter")
    expect(page.get_by_text("20 of 60 rows")).to_be_visible()
    page.locator("summary", has_text="Download").click()
    assert len(csv_of(page)) == 21
    page.get_by_role("radio", name="All: 60").check()
    assert len(csv_of(page)) == 61
    page.get_by_role("radio", name="Shown: 20").check()
    assert len(csv_of(page)) == 21
    page.get_by_role("button", name="Clear all").click()
    page.locator("summary", has_text="Download").click()
    expect(page.get_by_text("Shown: 20")).to_be_hidden()
    assert len(csv_of(page)) == 61


def csv_of(page: Page) -> list[str]:
    with page.expect_download() as started:
        page.get_by_role("link", name="CSV").click()
    return Path(started.value.path()).read_text().splitlines()


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
