"""What stands around every page."""

from playwright.sync_api import expect

from tests.browser.conftest import Open


def test_the_theme_is_kept(open_page: Open) -> None:
    page = open_page("/")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.get_by_text(": account and theme").locator("..").click()
    page.get_by_text("Dark", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto("/queries")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_question_mark_opens_the_keyboard_help(open_page: Open) -> None:
    page = open_page("/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_hidden()


def test_g_and_q_go_to_the_queries(open_page: Open) -> None:
    page = open_page("/")
    page.keyboard.press("g")
    page.keyboard.press("q")
    expect(page.get_by_role("heading", name="Queries")).to_be_visible()


def test_typing_in_the_search_finds_queries(open_page: Open) -> None:
    page = open_page("/queries")
    page.keyboard.press("/")
    page.keyboard.type("delay by")
    expect(page.get_by_role("link", name="Delay by day")).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(2)
    page.keyboard.type(" of zebras")
    expect(page.get_by_text("No query is called that")).to_be_visible()
