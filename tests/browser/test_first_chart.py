"""From the door to a chart without touching the mouse."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.workbench import canvas, cell, editor, focus_by_tab, on_query, run
from tests.makers import PASSWORD

SQL = (
    "select day, count(*) as departures from departures where delay >= {{ min_delay }} group by 1 order by 1"
)


def test_a_new_person_gets_from_the_door_to_a_chart_by_keyboard_alone(open_page: Open) -> None:
    page = open_page("/sign-in", who=None)
    page.keyboard.type("alice@example.com")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Home")).to_be_visible()

    page.wait_for_load_state()
    page.keyboard.press("n")
    expect(editor(page)).to_be_focused()
    page.keyboard.type(SQL)
    page.keyboard.press("Escape")
    expect(page.get_by_label("min_delay", exact=True)).to_be_visible()
    page.keyboard.press("Control+m")
    focus_by_tab(page, "[name='param.min_delay.value']")
    page.keyboard.type("0")
    run(page)
    expect(page.locator("#run").get_by_role("status")).to_have_text("Succeeded")
    expect(cell(page, 1, 1)).to_have_text("2013-06-01")

    page.keyboard.press("Control+s")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.keyboard.type("Departures a day")
    page.keyboard.press("Control+s")
    on_query(page)
    expect(page.get_by_role("heading", name="Departures a day")).to_be_attached()
    expect(page.get_by_label("min_delay", exact=True)).to_have_value("0")

    editor(page)
    run(page)
    expect(page.get_by_role("link", name="Add chart").last).to_be_visible()
    focus_by_tab(page, "plumb-editor *", most=40)
    page.keyboard.press("Control+m")
    focus_by_tab(page, ".tab-add")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="New chart")).to_be_visible()
    canvas(page)
    focus_by_tab(page, "[name=name]", most=40)
    page.keyboard.press("Control+a")
    page.keyboard.type("Daily")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/queries/\d+\?view=\d+"))
    canvas(page)

    again = page.context.new_page()
    again.goto(page.url.split("?")[0])
    canvas(again)
    expect(again.get_by_role("link", name="Daily")).to_have_attribute("aria-current", "page")
