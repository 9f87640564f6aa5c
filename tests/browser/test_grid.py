"""The grid over real results."""

import json

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.test_every_page import AXE, findings
from tests.browser.workbench import cell, run, write_sql

HTML = "<img src=x onerror=alert(1)><script>alert(2)</script>"
ODD = f"select null::text as nothing, '' as blank, '{HTML}' as html"
SMALL = "select * from (values (1, 'a'), (2, 'b'), (3, 'c')) t (n, letter)"


def test_null_is_not_an_empty_text(open_page: Open) -> None:
    page = open_page("/queries/new")
    write_sql(page, ODD)
    run(page)
    expect(cell(page, 1, 1)).to_have_text("NULL")
    expect(cell(page, 1, 2)).to_have_text("empty")
    assert cell(page, 1, 1).get_attribute("class") != cell(page, 1, 2).get_attribute("class")


def test_html_in_a_value_is_text_and_nothing_runs(open_page: Open) -> None:
    page = open_page("/queries/new")
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    write_sql(page, ODD)
    run(page)
    expect(cell(page, 1, 3)).to_have_text(HTML)
    assert page.locator("plumb-grid img").count() == 0
    assert dialogs == []


def test_arrows_move_and_a_selection_is_copied_for_a_spreadsheet(open_page: Open) -> None:
    page = open_page("/queries/new", permissions=["clipboard-read", "clipboard-write"])
    write_sql(page, SMALL)
    run(page)
    expect(cell(page, 1, 1)).to_have_text("1")
    grid = page.get_by_role("grid")
    grid.focus()
    page.keyboard.press("ArrowDown")
    active = grid.get_attribute("aria-activedescendant")
    assert active == cell(page, 2, 1).get_attribute("id")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    expect(cell(page, 3, 2)).to_have_attribute("aria-selected", "true")
    expect(cell(page, 1, 1)).to_have_attribute("aria-selected", "false")
    page.keyboard.press("Control+c")
    expect(page.get_by_text("Copied 4 cells.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "2\tb\n3\tc"


def test_a_million_rows_scroll_to_the_last(open_page: Open) -> None:
    page = open_page("/queries/new")
    write_sql(page, "select n, n * 2 as twice from generate_series(1, 1000000) n")
    run(page)
    expect(cell(page, 1, 2)).to_have_text("2")
    page.get_by_role("grid").evaluate("grid => grid.scrollTo(0, grid.scrollHeight)")
    expect(cell(page, 1_000_000, 2)).to_have_text("2000000")
    page.get_by_role("grid").focus()
    page.keyboard.press("Control+Home")
    expect(cell(page, 1, 1)).to_have_text("1")
    page.keyboard.press("Control+End")
    expect(cell(page, 1_000_000, 1)).to_be_visible()


def test_a_row_opens_beside_the_grid_and_a_megabyte_is_fetched_when_asked_for(open_page: Open) -> None:
    page = open_page("/queries/new")
    write_sql(
        page,
        """select 1 as n, repeat('ab', 500000) as long, '{"a": [1, 2]}'::jsonb as doc,
                  '<b>bold</b>' as html""",
    )
    run(page)
    expect(cell(page, 1, 1)).to_have_text("1")
    page.get_by_role("grid").focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("region", name="Row 1")
    expect(panel.get_by_label("doc")).to_have_text('{\n  "a": [\n    1,\n    2\n  ]\n}')
    expect(panel.get_by_label("html")).to_have_text("<b>bold</b>")
    assert len(panel.get_by_label("long").inner_text()) == 1000
    page.evaluate(AXE.read_text())
    assert findings(page) == []
    panel.get_by_role("button", name="Show all 1,000,000 characters").press("Enter")
    expect(panel.get_by_role("button", name="Show all")).to_have_count(0)
    assert panel.get_by_label("long").evaluate("each => each.textContent.length") == 1_000_000
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)


def test_a_selection_is_copied_as_json_in_full(open_page: Open) -> None:
    page = open_page("/queries/new", permissions=["clipboard-read", "clipboard-write"])
    write_sql(page, "select 1.50::numeric as n, repeat('x', 5000) as long")
    run(page)
    expect(cell(page, 1, 1)).to_have_text("1.50")
    page.get_by_role("grid").focus()
    page.keyboard.press("Control+a")
    page.get_by_label("Copy as").select_option("JSON")
    page.get_by_role("button", name="Copy", exact=True).last.click()
    expect(page.get_by_text("Copied 2 cells.")).to_be_visible()
    assert json.loads(page.evaluate("navigator.clipboard.readText()")) == [{"n": "1.50", "long": "x" * 5000}]
