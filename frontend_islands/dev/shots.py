"""Screenshots of the harness pages, light and dark, wide and phone; fails where the console complains.

Usage: python dev/shots.py OUT_DIR [PAGE ...]   (the server of dev/server.mjs on port 8123, or PLUMB_DEV_URL)
"""

import os
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

URL = os.environ.get("PLUMB_DEV_URL", "http://127.0.0.1:8123")
PAGES = [
    "index",
    "wide",
    "none",
    "fail",
    "narrow",
    "editor",
    "marked",
    "charts",
    "kinds",
    "edges",
    "workbench",
    "drawn",
]
SIZES = {"wide": (1440, 900), "phone": (390, 844)}
ARGS = ["--no-sandbox", "--disable-background-networking"]


def shoot(page: Page, name: str, theme: str, size: str, out: Path) -> list[str]:
    """Takes one screenshot and returns what the console complained of."""
    words: list[str] = []
    page.on("console", lambda line: words.append(line.text) if line.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: words.append(str(error)))
    page.goto(f"{URL}/{name}?theme={theme}")
    page.wait_for_timeout(700 if name != "fail" else 1200)
    page.screenshot(path=out / f"{name}-{size}-{theme}.png", full_page=name in ("charts", "kinds", "edges"))
    expected = "Failed to load resource"
    return [f"{name} {size} {theme}: {word}" for word in words if expected not in word]


def main() -> int:
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    complaints: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=ARGS)
        for size, (width, height) in SIZES.items():
            for theme in ("light", "dark"):
                for name in sys.argv[2:] or PAGES:
                    context = browser.new_context(
                        viewport={"width": width, "height": height},
                        has_touch=size == "phone",
                        is_mobile=size == "phone",
                    )
                    complaints += shoot(context.new_page(), name, theme, size, out)
                    context.close()
        browser.close()
    print("\n".join(complaints) or "no complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    raise SystemExit(main())
