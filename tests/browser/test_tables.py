"""The tables beside the editor: opened, filtered and inserted by keyboard and by pointer."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.test_every_page import AXE, PHONE, findings
from tests.browser.workbench import cell, editor


def written(page: Page) -> str:
    return page.locator("textarea[name=sql]").input_value()


def test_a_table_opens_and_a_press_writes_its_name(open_page: Open) -> None:
    page = open_page("/queries/new")
    editor(page)
    page.locator(".tree-name", has_text="departures").click()
    expect(page.locator("textarea[name=sql]")).to_have_value("public.departures")
    page.locator("[role=treeitem][aria-level='2'] [data-tree-twist]").first.click()
    page.locator(".tree-name", has_text="origin").click()
    assert written(page) == "public.departures origin"


def test_the_tree_is_walked_by_keys(open_page: Open) -> None:
    page = open_page("/queries/new")
    editor(page)
    expect(page.locator(".tree-name", has_text="departures")).to_be_visible()
    page.locator("#catalog-q").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".tree-name", has_text="origin")).to_be_visible()
    page.keyboard.press("d")
    page.keyboard.press("Enter")
    assert written(page) == "day"


def test_the_first_rows_are_a_run(open_page: Open) -> None:
    page = open_page("/queries/new")
    editor(page)
    page.locator("#catalog-q").fill("depart")
    expect(page.locator(".tree-before")).to_have_text("public.")
    page.wait_for_function("!document.querySelector('.htmx-request, .htmx-added, .htmx-settling')")
    page.keyboard.press("ArrowDown")
    page.keyboard.press(" ")
    expect(cell(page, 1, 2)).to_have_text("EWR")
    expect(page.locator(".workbench-status")).to_contain_text("50 rows")
    assert written(page) == ""


def test_it_stays_closed_when_it_was_closed(open_page: Open) -> None:
    page = open_page("/queries/new")
    toggle = page.get_by_role("button", name="Tables", exact=True)
    expect(toggle).to_have_attribute("aria-expanded", "true")
    toggle.click()
    page.reload()
    expect(toggle).to_have_attribute("aria-expanded", "false")
    expect(page.locator("#catalog")).to_be_hidden()
    toggle.click()
    expect(page.locator(".tree-name", has_text="departures")).to_be_visible()


def test_on_a_phone_it_is_a_sheet_that_goes_when_something_was_chosen(open_page: Open) -> None:
    page = open_page("/queries/new", viewport=PHONE)
    editor(page)
    expect(page.locator("#tables")).to_be_hidden()
    page.get_by_role("button", name="Tables", exact=True).click()
    page.locator(".tree-name", has_text="departures").click()
    expect(page.locator("#tables")).to_be_hidden()
    assert written(page) == "public.departures"


def test_the_open_tree_suits_readers(open_page: Open) -> None:
    page = open_page("/queries/new")
    editor(page)
    page.locator("[role=treeitem][aria-level='2'] [data-tree-twist]").first.click()
    page.locator(".tree-name", has_text="Keys and indexes").click()
    expect(page.get_by_text("No key and no index.")).to_be_visible()
    page.evaluate(AXE.read_text())
    assert findings(page) == []
