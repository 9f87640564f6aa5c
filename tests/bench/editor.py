"""How soon one can type SQL, and what the script of the editor's page weighs.

python -m tests.bench.editor
"""

import gzip
import re
import statistics
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright

from tests.bench.stage import Stage, report, stage
from tests.live import chromium
from tests.makers import PASSWORD

ROUNDS = 5
ISLANDS = Path(__file__).parents[2] / "static" / "islands"
READY = "plumb-editor[data-editor=ready]"


def main() -> None:
    with stage() as ready, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        weigh(ready, browser)
        until_typing(ready, browser)
        browser.close()


def weigh(ready: Stage, browser: Browser) -> None:
    """Script on the wire, as the browser loads it, packed as it was built."""
    page = signed_in(ready, browser).new_page()
    sizes: dict[str, int] = {}
    page.on("response", lambda answer: sizes.update({answer.url: _packed(answer)}))
    open_editor(ready, page)
    page.wait_for_load_state("networkidle")
    report("editor_page_script", sum(sizes.values()) / 1e6, "MB", "compressed; goal 1.2")
    page.context.close()


def until_typing(ready: Stage, browser: Browser) -> None:
    """In a browser that was never here, coming from the list of queries, and in a new tab."""
    cold, warm, tab = [], [], []
    for _ in range(ROUNDS):
        context = signed_in(ready, browser)
        page = context.new_page()
        cold.append(open_editor(ready, page))
        for _ in range(2):
            page.goto(f"{ready.installation.url}/queries", wait_until="networkidle")
            warm.append(open_editor(ready, page))
        tab.append(open_editor(ready, context.new_page()))
        context.close()
    report("editor_cold", statistics.median(cold), "ms", "navigation to typing, empty cache; goal 1000")
    report("editor_warm", statistics.median(warm), "ms", "coming from the list of queries; goal 400")
    report("editor_new_tab", statistics.median(tab), "ms", "the same in a new tab")


def signed_in(ready: Stage, browser: Browser) -> BrowserContext:
    """A new browser of dana's, with nothing in its cache but what signing in needs."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"{ready.installation.url}/sign-in")
    page.get_by_label("E-mail").fill("dana@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{ready.installation.url}/")
    page.close()
    return context


def open_editor(ready: Stage, page: Page) -> float:
    """Milliseconds from navigation until a key would be written."""
    page.goto(f"{ready.installation.url}/queries/new", wait_until="commit")
    page.wait_for_selector(READY)
    return float(page.evaluate("performance.now()"))


def _packed(answer: Response) -> int:
    """Bytes of a script as it was sent; 0 for all else."""
    if not re.search(r"\.js(\?|$)", answer.url):
        return 0
    name = answer.url.split("/islands/")[-1]
    packed = ISLANDS / f"{name}.br"
    return packed.stat().st_size if packed.exists() else len(gzip.compress(answer.body()))


if __name__ == "__main__":
    main()
