"""One installation and one browser a test process: web and worker over its own servers."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from sqlalchemy import delete

from app.core import db
from app.local.postgres import PrivatePostgres
from app.local.redis import PrivateRedis
from app.queries.drafts.models import Draft
from tests.browser.complaints import Complaints
from tests.browser.stage import Stage, set_stage, strike
from tests.emptying import Emptier
from tests.live import Installation, chromium

ARGS = ["--no-sandbox", "--disable-background-networking"]
Open = Callable[..., Page]

expect.set_options(timeout=20_000)  # of a machine that is busy with other tests


@pytest.hookimpl(tryfirst=True)  # before the groups are read
@pytest.fixture(scope="package")
def stage(
    servers: tuple[PrivatePostgres, PrivateRedis],
    environment: dict[str, str],
    installed: Flask,
    source_url: str,
    connection_fields: dict[str, str],
    emptier: Emptier,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stage]:
    """The running product with a datasource, a saved query, its chart and two runs."""
    with Installation(environment, tmp_path_factory.mktemp("browser") / "log") as installation:
        yield set_stage(installed, installation.url, source_url, connection_fields)
    strike(source_url, emptier)


@pytest.fixture(scope="package")
def chrome() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGS)
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """Whatever any page said in the console; a test that leaves some behind fails."""
    found = Complaints()
    yield found
    assert found.texts == []


@pytest.fixture
def open_page(stage: Stage, chrome: Browser, complaints: Complaints) -> Iterator[Open]:
    """`open_page("/queries", "alice")` is a new page of alice's; further arguments are the context's."""
    contexts = []
    with db.transaction() as session:
        session.execute(delete(Draft))  # what the last test wrote would be back in this one's editor

    def open_one(path: str, who: str | None = "alice", **options: Any) -> Page:
        context = context_of(chrome, stage, who, **options)
        contexts.append(context)
        page = context.new_page()
        complaints.listen(page)
        page.goto(path)
        return page

    yield open_one
    for context in contexts:
        context.close()


def context_of(chrome: Browser, stage: Stage, who: str | None, **options: Any) -> BrowserContext:
    """A browser of somebody who is signed in, or of nobody.

    Nothing moves unless asked: what looks at colours would see them halfway.
    """
    context = chrome.new_context(base_url=stage.url, **{"reduced_motion": "reduce"} | options)
    if who is not None:
        context.add_cookies([{"name": "plumbline", "value": stage.cookies[who], "url": stage.url}])
    return context
