"""What a page says in the console, and what it blocked."""

import re

from playwright.sync_api import ConsoleMessage, Page

# An answer of 4xx that a test asked for is no complaint, nor is a question that gave way to a newer one.
# (When the network fails, htmx says `sendError`, too.)
_EXPECTED = re.compile(
    r"Failed to load resource: the server responded with a status of 4\d\d|htmx:(sendAbort|afterRequest)"
)


class Complaints:
    """Errors, warnings, uncaught exceptions, dialogs, and violations of the Content-Security-Policy."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def listen(self, page: Page) -> None:
        page.on("console", self._read)
        page.on("pageerror", lambda error: self.texts.append(f"uncaught: {error}"))

    def _read(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not _EXPECTED.match(message.text):
            self.texts.append(f"{message.type}: {message.text}")
