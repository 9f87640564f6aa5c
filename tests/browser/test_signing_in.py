"""The door, as a person meets it."""

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.makers import PASSWORD


def test_the_right_password_opens_the_home_page(open_page: Open) -> None:
    page = open_page("/queries", who=None)
    page.get_by_label("E-mail").fill("alice@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Queries")).to_be_visible()


def test_a_wrong_password_says_so_and_keeps_the_email(open_page: Open) -> None:
    page = open_page("/sign-in", who=None)
    page.get_by_label("E-mail").fill("alice@example.com")
    page.get_by_label("Password", exact=True).fill("not this one")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("E-mail and password do not match.")).to_be_visible()
    expect(page.get_by_label("E-mail")).to_have_value("alice@example.com")
    expect(page.get_by_label("Password", exact=True)).to_have_value("")


def test_the_sign_in_page_loads_no_island_and_little_script(open_page: Open) -> None:
    page = open_page("/sign-in", who=None, own=True)  # with an empty cache
    page.wait_for_load_state("networkidle")
    loaded = page.evaluate(
        "performance.getEntriesByType('resource').map(each => [each.name, each.decodedBodySize])"
    )
    assert not [name for name, _ in loaded if "/islands/" in name]
    assert sum(size for name, size in loaded if name.split("?")[0].endswith(".js")) < 20_000
