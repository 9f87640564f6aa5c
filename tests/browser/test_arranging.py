"""Sort, filter and search of the whole stored result, in the grid, by keyboard."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from app.accounts.create import actor_by_email
from app.core import db
from app.datasources.models import Datasource
from tests.browser.conftest import Open
from tests.browser.stage import Stage
from tests.browser.test_every_page import AXE, COLOURS_SETTLE, PHONE, findings
from tests.browser.workbench import canvas, cell, run, write_sql
from tests.makers import run_now

SQL = """select n, (array['north', 'south', 'west'])[1 + n % 3] as side, nullif(n % 10, 3) as digit,
                n / 4.0 as share from generate_series(1, 50000) n"""


@pytest.fixture(scope="module")
def run_id(stage: Stage) -> int:
    with db.new_session() as session:
        alice = actor_by_email(session, "alice@example.com")
        datasource = session.get_one(Datasource, 1)
    return run_now(alice, datasource, SQL).id


@pytest.fixture
def grid_page(open_page: Open, run_id: int) -> Page:
    page = open_page(f"/runs/{run_id}")
    expect(cell(page, 1, 1)).to_have_text("1")
    return page


def head(page: Page, name: str) -> Locator:
    return page.get_by_role("columnheader").filter(has_text=name)


def to_head(page: Page, column: int) -> None:
    """The keys from anywhere in the grid to the head of this column, from 1."""
    page.get_by_role("grid").focus()
    page.keyboard.press("Control+Home")
    page.keyboard.press("ArrowUp")
    for _ in range(column - 1):
        page.keyboard.press("ArrowRight")


def test_a_column_is_sorted_by_keyboard_over_all_rows(grid_page: Page) -> None:
    to_head(grid_page, 1)
    grid_page.keyboard.press("Space")
    expect(head(grid_page, "n").first).to_have_attribute("aria-sort", "ascending")
    grid_page.keyboard.press("Space")
    expect(cell(grid_page, 1, 1)).to_have_text("50000")
    grid_page.keyboard.press("Control+End")
    expect(cell(grid_page, 50_000, 1)).to_have_text("1")


def test_a_second_column_sorts_with_shift_and_both_are_cleared(grid_page: Page) -> None:
    head(grid_page, "side").click()
    expect(cell(grid_page, 1, 1)).to_have_text("3")
    head(grid_page, "digit").click(modifiers=["Shift"])
    expect(cell(grid_page, 1, 1)).to_have_text("30")
    expect(head(grid_page, "digit")).to_contain_text("2")
    grid_page.get_by_role("button", name="Clear all").click()
    expect(cell(grid_page, 1, 1)).to_have_text("1")


def test_a_filter_is_made_changed_and_removed_by_keyboard(grid_page: Page) -> None:
    to_head(grid_page, 1)
    grid_page.keyboard.press("Enter")
    expect(grid_page.get_by_role("menuitem", name="Sort ascending")).to_be_focused()
    grid_page.keyboard.press("ArrowDown")
    grid_page.keyboard.press("ArrowDown")
    grid_page.keyboard.press("Enter")
    expect(grid_page.get_by_label("Keep rows where")).to_be_focused()
    grid_page.get_by_label("Keep rows where").select_option("more than")
    grid_page.get_by_label("Value", exact=True).fill("49990")
    grid_page.keyboard.press("Enter")
    expect(cell(grid_page, 1, 1)).to_have_text("49991")
    expect(grid_page.get_by_text("10 of 50,000 rows")).to_be_visible()
    expect(grid_page.get_by_role("grid")).to_be_focused()
    grid_page.get_by_role("button", name="n more than 49990", exact=True).press("Enter")
    grid_page.get_by_label("Value", exact=True).fill("49999")
    grid_page.keyboard.press("Enter")
    expect(cell(grid_page, 1, 1)).to_have_text("50000")
    grid_page.get_by_role("button", name="Remove: n more than 49999").press("Enter")
    expect(cell(grid_page, 1, 1)).to_have_text("1")


def test_a_search_looks_through_all_rows_and_says_when_nothing_matches(grid_page: Page) -> None:
    grid_page.get_by_role("searchbox", name="Search all rows").fill("12499.5")
    expect(cell(grid_page, 1, 1)).to_have_text("49998")
    expect(grid_page.get_by_text("1 of 50,000 rows")).to_be_visible()
    grid_page.get_by_role("searchbox", name="Search all rows").fill("zebra")
    grid_page.get_by_role("button", name="Show all rows").click()
    expect(cell(grid_page, 2, 1)).to_have_text("2")


def test_columns_are_hidden_moved_and_kept_at_the_left_by_keyboard(open_page: Open) -> None:
    grid_page = open_page("/queries/new")
    write_sql(grid_page, SQL)
    run(grid_page)
    expect(cell(grid_page, 1, 1)).to_have_text("1")
    to_head(grid_page, 4)
    grid_page.keyboard.press("Alt+ArrowLeft")
    grid_page.keyboard.press("Enter")
    grid_page.get_by_role("menuitem", name="Keep at the left").press("Enter")
    expect(cell(grid_page, 1, 1)).to_have_text("0.25000000000000000000")
    to_head(grid_page, 2)
    grid_page.keyboard.press("Enter")
    grid_page.get_by_role("menuitem", name="Hide").press("Enter")
    expect(cell(grid_page, 1, 2)).to_have_text("south")
    run_again(grid_page)
    expect(cell(grid_page, 1, 2)).to_have_text("south")
    grid_page.get_by_role("button", name="Columns 1 hidden").click()
    grid_page.get_by_label("n", exact=True).check()
    expect(cell(grid_page, 1, 2)).to_have_text("1")


def test_statistics_of_a_column_are_of_the_rows_that_match(grid_page: Page) -> None:
    to_head(grid_page, 2)
    grid_page.keyboard.press("Enter")
    grid_page.get_by_role("menuitem", name="Statistics").press("Enter")
    expect(grid_page.get_by_role("button", name="Close")).to_be_focused()
    grid_page.evaluate(AXE.read_text())
    assert findings(grid_page) == []
    grid_page.get_by_role("button", name="south 16,667").press("Enter")
    expect(grid_page.get_by_text("16,667 of 50,000 rows")).to_be_visible()
    expect(grid_page.get_by_role("definition").first).to_have_text("16,667")
    grid_page.get_by_role("button", name="Close").press("Escape")
    expect(grid_page.get_by_role("grid")).to_be_focused()


def test_a_column_has_a_format_a_rule_and_a_link(grid_page: Page) -> None:
    head(grid_page, "share").get_by_role("button", name="Menu of share").click()
    grid_page.get_by_role("menuitem", name="Format and colours").click()
    panel = grid_page.get_by_role("region", name="share", exact=True)
    panel.get_by_label("Digits after the point").fill("1")
    panel.get_by_label("Unit").fill("km")
    panel.get_by_label("Link").fill("https://example.com/{n}?of={value}")
    panel.get_by_role("button", name="Add a rule").click()
    panel.get_by_label("Rule 1: value").fill("0.5")
    panel.get_by_label("Rule 1: colour").select_option("red")
    panel.get_by_label("A bar in each cell").check()
    link = cell(grid_page, 3, 4).get_by_role("link")
    expect(link).to_have_text("0.8 km")
    expect(link).to_have_attribute("href", "https://example.com/3?of=0.75000000000000000000")
    expect(cell(grid_page, 3, 4)).to_have_class(re.compile("is-red"))
    expect(cell(grid_page, 2, 4)).not_to_have_class(re.compile("is-red"))
    expect(cell(grid_page, 3, 4)).to_have_class(re.compile("is-bar"))
    grid_page.evaluate(AXE.read_text())
    assert findings(grid_page) == []
    grid_page.emulate_media(color_scheme="dark")
    grid_page.evaluate(COLOURS_SETTLE)
    assert findings(grid_page, {"runOnly": ["color-contrast"]}) == []


def total(page: Page, column: str, words: str) -> None:
    head(page, column).get_by_role("button", name=f"Menu of {column}").click()
    page.get_by_role("menuitem", name="Format and colours").click()
    page.get_by_role("region", name=column, exact=True).get_by_label("Total").select_option(words)
    page.get_by_role("button", name="Close").click()


def test_totals_say_what_they_total_and_follow_the_filter(grid_page: Page) -> None:
    total(grid_page, "share", "Sum")
    total(grid_page, "digit", "Count of values")
    foot = grid_page.locator(".pgrid-foot [role=gridcell]")
    expect(foot.nth(3)).to_have_text(re.compile(r"^312506250\s*sum of 50,000 rows$"))
    expect(foot.nth(2)).to_have_text(re.compile(r"^45,000\s*values of 50,000 rows$"))
    grid_page.get_by_role("grid").focus()
    grid_page.keyboard.press("Control+End")
    last = cell(grid_page, 50_000, 1)
    expect(last).to_have_text("50000")
    row, totals = last.bounding_box(), grid_page.locator(".pgrid-foot").bounding_box()
    assert row and totals and row["y"] + row["height"] <= totals["y"] + 1  # not behind the totals
    grid_page.get_by_label("Search all rows").fill("north")
    expect(foot.nth(3)).to_have_text(re.compile(r"^104164583\.25\s*sum of 16,666 matching$"))
    grid_page.evaluate(AXE.read_text())
    assert findings(grid_page) == []
    grid_page.emulate_media(color_scheme="dark")
    grid_page.evaluate(COLOURS_SETTLE)
    assert findings(grid_page, {"runOnly": ["color-contrast"]}) == []
    grid_page.set_viewport_size(PHONE)
    assert grid_page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_saved_table_keeps_its_columns(open_page: Open, stage: Stage) -> None:
    page = open_page(f"/queries/{stage.query_id}/visualizations/new")
    canvas(page)
    page.get_by_text("Table", exact=True).click()
    expect(cell(page, 1, 1)).not_to_be_empty()
    head(page, "origin").get_by_role("button", name="Menu of origin").click()
    page.get_by_role("menuitem", name="Hide").click()
    page.get_by_label("Name").fill("Plain rows")
    page.get_by_label("Name").blur()
    page.wait_for_load_state("networkidle")
    expect(head(page, "average_delay")).to_be_visible()
    page.get_by_role("button", name="Add to the query").click()
    expect(page.get_by_role("link", name="Plain rows")).to_have_attribute("aria-current", "page")
    expect(head(page, "average_delay")).to_be_visible()
    expect(head(page, "origin")).to_have_count(0)


def run_again(page: Page) -> None:
    page.locator("plumb-editor .monaco-editor :is(textarea, .native-edit-context)").first.focus()
    run(page)


def test_the_grid_with_its_panel_suits_readers_night_and_phones(grid_page: Page, complaints) -> None:
    head(grid_page, "digit").click()
    head(grid_page, "side").get_by_role("button", name="Menu of side").click()
    grid_page.evaluate(AXE.read_text())
    assert findings(grid_page) == []
    grid_page.get_by_role("menuitem", name="Filter").click()
    grid_page.get_by_label("Keep rows where").select_option("is one of")
    grid_page.get_by_label("Values").fill("north, west")
    grid_page.keyboard.press("Enter")
    expect(grid_page.get_by_text("33,333 of 50,000 rows")).to_be_visible()
    head(grid_page, "share").get_by_role("button", name="Menu of share").click()
    grid_page.get_by_role("menuitem", name="Filter").click()
    grid_page.get_by_label("Value", exact=True).fill("much")
    grid_page.keyboard.press("Enter")
    expect(grid_page.get_by_text("Use a number, such as 12 or -0.5.")).to_be_visible()
    complaints.texts[:] = [text for text in complaints.texts if "422" not in text]
    assert findings(grid_page) == []
    grid_page.emulate_media(color_scheme="dark")
    grid_page.evaluate(COLOURS_SETTLE)
    assert findings(grid_page, {"runOnly": ["color-contrast"]}) == []
    grid_page.set_viewport_size(PHONE)
    assert grid_page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
