"""What a person does in the workbench."""

import re

from playwright.sync_api import Locator, Page, expect


def editor(page: Page) -> Locator:
    """What has the focus while somebody types SQL; waits until the editor is ready."""
    expect(page.locator("plumb-editor")).to_have_attribute("data-editor", "ready")
    return page.locator("plumb-editor .monaco-editor :is(textarea, .native-edit-context)").first


def write_sql(page: Page, sql: str) -> None:
    """Put SQL into an empty editor, as if it were pasted."""
    editor(page).focus()
    page.keyboard.insert_text(sql)
    page.keyboard.press("Escape")


def run(page: Page) -> None:
    """Press Ctrl+Enter and wait until the page says how it went."""
    mark = page.locator("#run").evaluate_handle("run => run")
    page.keyboard.press("Control+Enter")
    page.wait_for_function("before => !before.isConnected", arg=mark)
    expect(page.locator("#run")).not_to_have_attribute("aria-busy", "true")


def cell(page: Page, row: int, column: int) -> Locator:
    """A cell of the grid, both counted from 1."""
    return page.locator(
        f'[role=row][aria-rowindex="{row + 1}"] [role=gridcell][aria-colindex="{column + 1}"]'
    )


def canvas(page: Page) -> Locator:
    """The drawn chart; waits until something is painted on it."""
    found = page.locator("plumb-chart canvas").first
    expect(found).to_be_visible()
    page.wait_for_function(PAINTED)
    return found


def focus_by_tab(page: Page, selector: str, most: int = 30) -> None:
    """Press Tab until that has the focus."""
    for _ in range(most):
        if page.evaluate("selector => document.activeElement?.matches(selector) ?? false", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {selector}")


def on_query(page: Page) -> None:
    expect(page).to_have_url(re.compile(r"/queries/\d+"))


PAINTED = """
() => {
  const canvas = document.querySelector('plumb-chart canvas')
  if (!canvas || !canvas.width) return false
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
  for (let at = 3; at < data.length; at += 4) if (data[at]) return true
  return false
}
"""
