"""Parameters in the browser: choosing, words, what waits to be applied, and a link that carries it."""

import re

import pytest
from playwright.sync_api import expect

from app.accounts.allow import Actor
from app.accounts.models import Membership, Org, Role, User
from app.core import db
from app.datasources.models import Datasource
from app.queries.parameters import Choice, Declared, ParameterKind
from tests.browser.conftest import Open
from tests.browser.stage import Stage
from tests.browser.workbench import cell
from tests.makers import make_query

LISTED = "select origin as value, 'Airport ' || origin as name from departures group by 1 order by 1"
SQL = """\
select count(*) as departures
  from departures
 where day between {{ period.start }} and {{ period.end }}
   and origin = any({{ origins }})
[[ and delay >= {{ least }} ]]"""
NUMBERS = tuple(Choice(str(n), f"{n} minutes") for n in range(20))


@pytest.fixture(scope="module")
def query_id(stage: Stage) -> int:
    """A query with a range in words, many choices from another query, and a long list."""
    with db.new_session() as session:
        user, member, org = (
            session.query(User, Membership, Org)
            .join(Membership, Membership.user_id == User.id)
            .join(Org, Org.id == Membership.org_id)
            .filter(User.name == "Alice")
            .one()
        )
        source = session.query(Datasource).filter_by(org_id=org.id).order_by(Datasource.id).first()
        assert source is not None
        alice = Actor(user.id, org.id, user.email, user.name, Role(member.role), org.name)
    listed = make_query(alice, source, LISTED, "Airports")
    parameters = (
        Declared("period", ParameterKind.DATE_RANGE, "2013-06-01", "2013-06-30", label="Period"),
        Declared("origins", ParameterKind.CHOICES, '["JFK"]', label="Airports", choices_from=listed.id),
        Declared("least", ParameterKind.CHOICE, choices=NUMBERS, label="Late by"),
    )
    return make_query(alice, source, SQL, "Departures by airport", parameters).id


def test_a_viewer_chooses_applies_and_sends_a_link(open_page: Open, query_id: int) -> None:
    page = open_page(f"/queries/{query_id}", "bob")
    airports = page.locator("#param-origins")
    expect(airports).to_contain_text("Airport JFK")
    apply = page.locator("[data-run]")
    apply.click()
    expect(cell(page, 1, 1)).to_have_text("20")
    expect(apply.locator(".button-count")).to_be_hidden()

    airports.click()
    page.get_by_label("Airport EWR").check()
    page.keyboard.press("Escape")
    expect(airports).to_be_focused()
    expect(airports).to_contain_text("Airport EWR, Airport JFK")
    page.locator("#param-period").select_option("last 7 days")
    expect(apply.locator(".button-count")).to_have_text("2")
    page.locator("#param-period").select_option("")
    expect(apply.locator(".button-count")).to_have_text("1")
    apply.click()
    expect(cell(page, 1, 1)).to_have_text("40")
    expect(apply.locator(".button-count")).to_be_hidden()
    expect(page).to_have_url(re.compile(r"p\.origins=EWR&p\.origins=JFK.*run=\d+"))

    linked = open_page(page.url.split("/", 3)[3].join(["/", ""]), "alice")
    expect(linked.locator("#param-origins")).to_contain_text("Airport EWR, Airport JFK")
    expect(cell(linked, 1, 1)).to_have_text("40")


def test_a_long_list_is_filtered_by_keys_alone(open_page: Open, query_id: int) -> None:
    page = open_page(f"/queries/{query_id}", "bob")
    page.locator("#param-least").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Filter Late by")).to_be_focused()
    page.keyboard.type("17")
    page.keyboard.press("Enter")
    expect(page.locator("#param-least")).to_contain_text("17 minutes")
    page.get_by_label("Filter Late by").fill("nothing")
    expect(page.get_by_text("Nothing is called that.").filter(visible=True)).to_be_visible()


def test_an_editor_gives_a_parameter_settings(open_page: Open, query_id: int) -> None:
    page = open_page(f"/queries/{query_id}")
    page.get_by_role("button", name="Settings of least").click()
    dialog = page.get_by_role("dialog", name="Settings of least")
    dialog.get_by_label("Label").fill("Delay")
    dialog.get_by_role("textbox", name="Choices").fill("10 | Ten\n20 | Twenty")
    dialog.get_by_role("button", name="Done").click()
    expect(page.locator("#param-least")).to_have_text(re.compile("Any.*Ten.*Twenty", re.DOTALL))
    expect(page.get_by_label("Delay", exact=True)).to_be_visible()


def test_without_script_values_are_chosen_and_sent(open_page: Open, query_id: int) -> None:
    page = open_page(f"/queries/{query_id}", "bob", java_script_enabled=False)
    expect(page.locator("[name='param.origins.value'][type=text]").first).to_have_value("JFK")
    page.locator("#param-least").click()
    page.get_by_label("5 minutes", exact=True).check()
    page.get_by_role("button", name="Apply").click()
    expect(page).to_have_url(re.compile(r"/runs/\d+$"))
    expect(page.locator(".run-page")).to_contain_text("least")
