"""Figures of the islands on the harness: python dev/measure.py (server of dev/server.mjs on port 8123)."""

import os
import statistics
from itertools import pairwise

from playwright.sync_api import Browser, Page, sync_playwright

URL = os.environ.get("PLUMB_DEV_URL", "http://127.0.0.1:8123")
ARGS = ["--no-sandbox", "--disable-background-networking", "--enable-precise-memory-info"]
COUNT_FRAMES = """() => {
  window.frames_seen = []
  const next = (at) => { window.frames_seen.push(at); requestAnimationFrame(next) }
  requestAnimationFrame(next)
}"""


def fresh(browser: Browser) -> Page:
    return browser.new_context(viewport={"width": 1440, "height": 900}).new_page()


def ready(browser: Browser, path: str, selector: str) -> float:
    """Milliseconds from navigation to the selector, cold cache."""
    page = fresh(browser)
    page.goto(f"{URL}/{path}", wait_until="commit")
    page.wait_for_selector(selector)
    found: float = page.evaluate("performance.now()")
    page.context.close()
    return found


def scroll(browser: Browser) -> str:
    page = fresh(browser)
    page.goto(f"{URL}/index")
    page.wait_for_selector("[role=gridcell].is-number")
    page.mouse.move(600, 400)
    page.evaluate(COUNT_FRAMES)
    for _ in range(250):
        page.mouse.wheel(0, 240)
        page.wait_for_timeout(16)
    times: list[float] = page.evaluate("window.frames_seen")
    gaps = sorted(b - a for a, b in pairwise(times))
    waits = []
    for at in range(1, 21):
        took: float = page.evaluate(
            """async (part) => {
              const grid = document.querySelector('[role=grid]')
              grid.scrollTop = grid.scrollHeight * part
              const start = performance.now()
              const frame = () => new Promise(requestAnimationFrame)
              await frame(); await frame()
              while (document.querySelector('.pgrid-cell.is-waiting')) await frame()
              return performance.now() - start
            }""",
            at / 21,
        )
        waits.append(took)
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    heap: float = page.evaluate("performance.memory.usedJSHeapSize / 1e6")
    page.context.close()
    fps = 1000 / statistics.mean(gaps)
    return (
        f"grid, 1,000,000 rows: {fps:.0f} frames/s, frame p50 {gaps[len(gaps) // 2]:.1f} p95"
        f" {gaps[int(len(gaps) * 0.95)]:.1f} ms; rows after a jump p50 {statistics.median(waits):.0f}"
        f" worst {max(waits):.0f} ms; heap {heap:.0f} MB"
    )


def points(browser: Browser) -> str:
    """From the last byte of the data to the frame after the line was drawn."""
    page = fresh(browser)
    page.goto(f"{URL}/points")
    page.wait_for_selector("plumb-chart canvas")
    took: float = page.evaluate(
        """async () => {
          const chart = document.querySelector('plumb-chart')
          const copy = chart.cloneNode(true)
          copy.querySelector('.island')?.remove()
          performance.clearResourceTimings()
          chart.replaceWith(copy)
          while (!copy.querySelector('canvas')) await new Promise(requestAnimationFrame)
          await new Promise((done) => requestAnimationFrame(() => setTimeout(done)))
          return performance.now() - performance.getEntriesByType('resource').at(-1).responseEnd
        }"""
    )
    page.context.close()
    return f"chart, 100,000 points: {took:.0f} ms from the data to the screen"


def main() -> None:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=ARGS)
        for path, selector in (
            ("index", "[role=gridcell].is-number"),
            ("drawn", "plumb-chart canvas"),
            ("editor", "plumb-editor[data-editor=ready] .view-line"),
        ):
            times = sorted(ready(browser, path, selector) for _ in range(11))
            print(f"{path}: ready after {times[5]:.0f} ms (best {times[0]:.0f}, worst {times[-1]:.0f})")
        print(points(browser))
        print(scroll(browser))
        browser.close()


if __name__ == "__main__":
    main()
