from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from app.core import runtime
from app.core.settings import Settings
from tests.notices.servers import MailServer, WebServer


@pytest.fixture
def mail() -> Iterator[MailServer]:
    """A real mail server that keeps what it takes."""
    with MailServer() as server:
        yield server


@pytest.fixture
def web() -> Iterator[WebServer]:
    """A real web server that keeps what is posted to it."""
    with WebServer() as server:
        yield server


@pytest.fixture(autouse=True)
def reachable(app: Flask, settings: Settings, mail: MailServer) -> Iterator[None]:
    """The installation sends by this mail server and may post to this machine."""
    runtime.configure(
        replace(
            settings,
            smtp_host="127.0.0.1",
            smtp_port=mail.port,
            smtp_security="none",
            smtp_from="plumb@example.com",
            public_url="https://plumb.example.com/",
            private_webhooks=True,
        )
    )
    yield
    runtime.configure(settings)
