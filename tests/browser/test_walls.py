"""A screen with a wall link: nobody is signed in, pages turn, and a save arrives without a reload."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.stage import Stage
from tests.browser.workbench import canvas


def test_a_link_is_made_hung_up_and_follows_a_save_without_a_reload(open_page: Open, stage: Stage) -> None:
    maker = open_page(f"/dashboards/{stage.dashboard_id}/walls")
    maker.get_by_label("Where it hangs").fill("Hall")
    maker.get_by_label("Seconds a page").fill("20")
    maker.get_by_label("Theme", exact=True).select_option("Dark")
    maker.get_by_label("Time zone").fill("Asia/Tokyo")
    maker.get_by_role("button", name="Make a link").click()
    address = maker.locator("#made-wall").inner_text()

    screen = open_page(
        address.removeprefix(stage.url),
        who=None,
        viewport={"width": 1280, "height": 480},
        color_scheme="light",
    )
    canvas(screen)
    screen.clock.install()
    screen.reload()
    canvas(screen)
    loads: list[str] = []
    screen.on("load", lambda page: loads.append(page.url))
    expect(screen.locator("html")).to_have_attribute("data-theme", "dark")
    expect(screen.locator("#pages")).to_have_text(re.compile("^1 / [2-9]$"))
    screen.clock.run_for(21_000)
    expect(screen.locator("#pages")).to_have_text(re.compile("^2 / [2-9]$"))
    expect(screen.locator("#tile-1")).not_to_be_visible()
    expect(screen.locator("a")).to_have_count(0)

    layout = screen.locator("#layout").get_attribute("href")
    maker.goto(f"/dashboards/{stage.dashboard_id}/edit")
    maker.get_by_role("button", name="Save").click()
    expect(maker.get_by_text(re.compile(r"^Version \d+ is saved"))).to_be_visible()
    screen.clock.run_for(70_000)
    expect(screen.locator("#layout")).not_to_have_attribute("href", layout or "")
    canvas(screen)
    expect(screen.locator("#contact")).to_have_text(re.compile("^Last contact"))
    assert loads == []
