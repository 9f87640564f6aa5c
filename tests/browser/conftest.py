"""One installation and one browser a test process: web and worker over its own servers."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import delete

from app.core import db
from app.local.postgres import PrivatePostgres
from app.local.redis import PrivateRedis
from app.queries.drafts.models import Draft
from tests.browser.complaints import Complaints
from tests.browser.contexts import Contexts
from tests.browser.stage import Stage, set_stage, strike
from tests.emptying import Emptier
from tests.live import Installation, chromium

ARGS = ["--no-sandbox", "--disable-background-networking"]
ONE_PROCESS = "--process-per-site"  # of all pages of a context: what one compiled serves the others
Open = Callable[..., Page]

expect.set_options(timeout=20_000)  # of a machine that is busy with other tests


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
        browser = playwright.chromium.launch(executable_path=chromium(), args=[*ARGS, ONE_PROCESS])
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """Whatever any page said in the console; a test that leaves some behind fails."""
    found = Complaints()
    yield found
    assert found.texts == []


@pytest.fixture(scope="package")
def contexts(chrome: Browser, stage: Stage) -> Iterator[Contexts]:
    own = Contexts(chrome, stage)
    yield own
    own.close()


@pytest.fixture
def open_page(contexts: Contexts, complaints: Complaints) -> Iterator[Open]:
    """`open_page("/queries", "alice")` is a new page of alice's; further arguments are a context's."""
    with db.transaction() as session:
        session.execute(delete(Draft))  # what the last test wrote would be back in this one's editor

    def open_one(path: str, who: str | None = "alice", **options: Any) -> Page:
        page = contexts.new_page(who, **options)
        complaints.listen(page)
        page.goto(path)
        return page

    yield open_one
    contexts.leave()
