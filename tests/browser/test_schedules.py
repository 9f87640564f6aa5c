"""Setting a schedule: the next due times follow what is typed, and a refusal stands at its field."""

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.stage import Stage


def test_the_next_due_times_follow_the_form_as_one_types(open_page: Open, stage: Stage):
    page = open_page(f"/queries/{stage.query_id}/schedules")
    times = page.locator("#next-times")
    expect(times.get_by_text("06:00")).to_have_count(5)
    page.get_by_label("At", exact=True).fill("07:45")
    expect(times.get_by_text("07:45")).to_have_count(5)
    page.get_by_label("Time zone").fill("Mars/Olympus")
    expect(times).to_contain_text("There is no such time zone")
    page.get_by_label("Time zone").fill("Asia/Kolkata")
    expect(times.get_by_text("IST")).to_have_count(5)
    page.get_by_label("Runs", exact=True).select_option("cron")
    page.get_by_label("Cron").fill("0 0 31 2 *")
    expect(times).to_contain_text("No such time ever comes")
    page.get_by_role("button", name="Set schedule").click()
    expect(page.get_by_label("Cron")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Cron").fill("*/30 9-17 * * 1-5")
    expect(times.get_by_role("listitem")).to_have_count(5)  # leaving would cut off what is still asked
    page.get_by_role("button", name="Set schedule").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Every weekday, every 30 minutes from 09:00 to 17:30 Asia/Kolkata"
    )
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("By Alice")).to_be_visible()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("The schedule is deleted")).to_be_visible()
