"""What a person sees: from the click on Run until the rows are on the page."""

import statistics

from playwright.sync_api import sync_playwright

from tests.bench.stage import Stage
from tests.live import chromium
from tests.makers import PASSWORD

CLICK = """
() => new Promise((resolve, reject) => {
  const before = document.querySelector('#run')
  const begun = performance.now()
  const look = () => {
    const run = document.querySelector('#run')
    const cell = run !== before && run?.querySelector('[role=gridcell]')
    if (cell && cell.textContent.trim() === '1') return resolve(performance.now() - begun)
    if (performance.now() - begun > 10000) return reject(new Error('no rows after 10 s'))
    requestAnimationFrame(look)
  }
  document.querySelector('[data-run]').click()
  look()
})
"""


def click_to_rows_ms(ready: Stage, rounds: int) -> float:
    """Median milliseconds from the click until the one cell of `select 1` is drawn."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-background-networking"]
        )
        page = browser.new_page()
        page.goto(f"{ready.installation.url}/sign-in")
        page.get_by_label("E-mail").fill("dana@example.com")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.goto(f"{ready.installation.url}/queries/new")
        page.locator(".monaco-editor textarea, .monaco-editor .native-edit-context").first.focus()
        page.keyboard.type("select 1")
        times = [page.evaluate(CLICK) for _ in range(rounds + 3)][3:]
        browser.close()
    return statistics.median(times)
