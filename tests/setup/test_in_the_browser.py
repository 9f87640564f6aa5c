"""The first start as a newcomer meets it: from the printed link to a chart, without touching the mouse."""

from collections.abc import Iterator
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import Page, expect, sync_playwright
from sqlalchemy import func, select
from werkzeug.serving import make_server

from app.core import db, runtime
from app.datasources.catalog.refresh import refresh_catalog
from app.datasources.models import Datasource
from app.runs.models import Run
from app.setup.token import setup_path
from tests.browser.complaints import Complaints
from tests.browser.conftest import ARGS
from tests.browser.test_every_page import AXE, COLOURS_SETTLE, PHONE, findings
from tests.browser.workbench import canvas, focus_by_tab
from tests.live import chromium
from tests.makers import finish


@pytest.fixture
def url(app: Flask) -> Iterator[str]:
    """The application, served by this process: what a worker does, the test does at the right moment."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    server.daemon_threads = False  # closing waits for the last answers
    serving = Thread(target=server.serve_forever)
    serving.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    server.server_close()
    serving.join()


@pytest.fixture
def newcomer(url: str) -> Iterator[Page]:
    """A page of somebody who has no account, with nothing in the console at the end."""
    said = Complaints()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGS)
        page = browser.new_page(base_url=url, reduced_motion="reduce", color_scheme="light")
        said.listen(page)
        yield page
        browser.close()
    assert said.texts == []


def test_three_answers_lead_to_a_chart_by_keyboard_alone(newcomer, connection_fields, orders):
    page = newcomer
    page.goto(setup_path(runtime.settings().secret_key))
    assert_suits_everybody(page)
    type_into(page, organisation="Acme", name="Dana", email="dana", password="a long enough one")
    page.keyboard.press("Enter")
    expect(page.locator("[name=email]:invalid")).to_be_focused()
    page.keyboard.type("@example.com")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Where is the data?")).to_be_visible()
    assert_suits_everybody(page)
    type_into(page, name="Shop", **connection_fields | {"port": "1"})
    page.keyboard.press("Enter")
    expect(page.get_by_text("The test failed")).to_be_in_viewport()
    page.get_by_label("Port").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type(connection_fields["port"])
    page.keyboard.press("Enter")

    expect(page.get_by_text("Reading the tables of Shop …")).to_be_visible()
    refresh_catalog(newest(Datasource))
    expect(page.get_by_role("rowheader", name="orders")).to_be_visible()
    assert_suits_everybody(page)
    focus_by_tab(page, "[aria-label='Draw counted.orders']")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="By day: orders")).to_be_visible()
    finish(newest(Run))
    canvas(page)
    expect(page.get_by_role("link", name="Rows by day")).to_have_attribute("aria-current", "page")


def type_into(page: Page, **values: str) -> None:
    """Each field in turn, reached by Tab."""
    for name, value in values.items():
        focus_by_tab(page, f"[name='{name}']")
        page.keyboard.press("Control+a")
        page.keyboard.type(value)


def newest(model: type[Datasource] | type[Run]) -> int:
    with db.new_session() as session:
        return session.scalars(select(func.max(model.id))).one()


def assert_suits_everybody(page: Page) -> None:
    """axe has nothing to say, by day and by night, and a phone need not scroll sideways."""
    page.evaluate(AXE.read_text())
    assert findings(page) == []
    before = page.viewport_size
    assert before is not None
    page.emulate_media(color_scheme="dark")
    page.evaluate(COLOURS_SETTLE)
    assert findings(page, {"runOnly": ["color-contrast"]}) == []
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.set_viewport_size(before)
    page.emulate_media(color_scheme="light")
