"""The product with JavaScript turned off."""

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.stage import Stage
from tests.makers import PASSWORD


def test_signing_in_and_running_sql_need_no_script(open_page: Open) -> None:
    page = open_page("/sign-in", who=None, java_script_enabled=False)
    page.get_by_label("E-mail").fill("alice@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto("/queries/new")
    page.get_by_role("textbox", name="SQL").fill("select 6 * 7 as answer, null as nothing")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("heading", name="Run")).to_be_visible()
    while page.get_by_role("link", name="Look again").count():
        page.get_by_role("link", name="Look again").click()
    table = page.get_by_role("region", name="First rows")
    expect(table.get_by_role("cell", name="42")).to_be_visible()
    expect(table.get_by_role("cell", name="NULL")).to_be_visible()


def test_a_saved_query_runs_without_script(open_page: Open, stage: Stage) -> None:
    page = open_page(f"/queries/{stage.query_id}", who="bob", java_script_enabled=False)
    page.get_by_label("least", exact=True).fill("70")
    page.get_by_role("button", name="Apply").click()
    while page.get_by_role("link", name="Look again").count():
        page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("region", name="First rows").get_by_role("row")).to_have_count(2)
