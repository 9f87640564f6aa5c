from collections.abc import Callable

import pytest

from app.accounts.allow import Actor
from tests.browsing import Browser

Browse = Callable[[Actor | None], Browser]


@pytest.fixture
def shop(alice: Actor, browse: Browse) -> Browser:
    """Alice's browser, in an org with the event sources `shop` and `app`."""
    browser = browse(alice)
    for slug in ("shop", "app"):
        made = browser.api("POST", "/v1/event-sources", {"slug": slug, "provider_name": slug.capitalize()})
        assert made.status_code == 201
    return browser
