"""The grid over a stored million in Chromium: frames while it scrolls, rows after a jump, the page's memory.

python -m tests.bench.grid
"""

import statistics
from itertools import pairwise

from playwright.sync_api import Page, sync_playwright

from tests.bench.dashboards import heap
from tests.bench.editor import signed_in
from tests.bench.stage import report, stage
from tests.live import chromium

MILLION = 1_000_000
WHEELS = 300
JUMPS = 20
# Each frame from now on: when it was, and whether a row in sight had nothing to show yet.
WATCH = """
() => {
  const seen = window.frames = []
  const look = (at) => {
    seen.push([at, document.querySelector('.pgrid-cell.is-waiting') !== null])
    requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}
"""
# Milliseconds until every row that is drawn at that part of the whole shows its values.
JUMP = """
(part) => new Promise((resolve, reject) => {
  const grid = document.querySelector('[role=grid]')
  const before = grid.querySelector('[role=row][aria-rowindex]:not([aria-rowindex="1"])').ariaRowIndex
  const begun = performance.now()
  grid.scrollTop = (grid.scrollHeight - grid.clientHeight) * part
  const look = () => {
    const first = grid.querySelector('.pgrid-rows [role=row]')
    const there = first.ariaRowIndex !== before && !grid.querySelector('.is-waiting, .is-failed')
    if (there) return resolve(performance.now() - begun)
    if (performance.now() - begun > 10000) return reject(new Error('no rows after 10 s'))
    requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
})
"""


def main() -> None:
    with stage((MILLION,)) as ready, sync_playwright() as playwright:
        run = ready.run(f"select * from wide{MILLION}")["id"]
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-background-networking"]
        )
        page = signed_in(ready, browser).new_page()
        page.goto(f"{ready.installation.url}/runs/{run}", wait_until="networkidle")
        page.wait_for_selector("[role=gridcell]:not(:empty)")
        scroll(page, "grid_scroll", 240, "as stored")
        jump(page, "grid_jump", "as stored")
        page.get_by_role("columnheader", name="volume").click()
        page.wait_for_selector("[role=columnheader][aria-sort=ascending]")
        scroll(page, "grid_sorted_scroll", 240, "sorted by a column")
        jump(page, "grid_sorted_jump", "sorted by a column")
        held = heap(page.context.new_cdp_session(page))
        report("grid_heap", held / 1e6, "MB", "of the page after a collection; goal 100")
        browser.close()


def scroll(page: Page, name: str, pixels: int, how: str) -> None:
    """A wheel that turns so far for each frame."""
    box = page.locator("[role=grid]").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.evaluate(WATCH)
    for _ in range(WHEELS):
        page.mouse.wheel(0, pixels)
        page.wait_for_timeout(16)
    frames: list[tuple[float, bool]] = page.evaluate("window.frames.splice(0)")
    gaps = sorted(later - at for (at, _), (later, _) in pairwise(frames))
    report(f"{name}_fps", 1000 / statistics.mean(gaps), "frames/s", f"1,000,000 rows {how}; goal 50")
    report(f"{name}_frame_p95", gaps[int(len(gaps) * 0.95)], "ms", "from one frame to the next")
    report(f"{name}_wait", longest_wait(frames), "ms", "longest that a row in sight was empty; goal 150")


def longest_wait(frames: list[tuple[float, bool]]) -> float:
    longest, begun = 0.0, None
    for at, waits in frames:
        begun = at if waits and begun is None else begun if waits else None
        longest = max(longest, at - begun if begun is not None else 0.0)
    return longest


def jump(page: Page, name: str, how: str) -> None:
    took = sorted(page.evaluate(JUMP, (at * 7 % JUMPS + 0.5) / JUMPS) for at in range(JUMPS))
    report(name, statistics.median(took), "ms", f"rows after a jump, {how}; goal 150")
    report(f"{name}_worst", took[-1], "ms", f"of {JUMPS}")


if __name__ == "__main__":
    main()
