"""What a page says in the console, and what it blocked."""

import re
from contextlib import suppress

from playwright.sync_api import ConsoleMessage, Error, Page

# An answer of 4xx that a test asked for is no complaint of the page's.
_REFUSED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


class Complaints:
    """Errors, warnings, uncaught exceptions, dialogs, and violations of the Content-Security-Policy."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._pages: list[Page] = []
        self._listens = True

    def listen(self, page: Page) -> None:
        self._pages.append(page)
        page.on("console", self._read)
        page.on("pageerror", lambda error: self._add(f"uncaught: {error}"))

    def end(self) -> None:
        """Take what was said until now, and nothing of what a page says that is closed amid a request."""
        for page in self._pages:
            with suppress(Error):  # it is closed, or on its way to another address
                page.evaluate("0")
        self._listens = False

    def _read(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not _REFUSED.match(message.text):
            self._add(f"{message.type}: {message.text}")

    def _add(self, text: str) -> None:
        if self._listens:
            self.texts.append(text)
