"""Browser contexts that outlive a test, so that scripts are fetched and compiled once for each person."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Page, Request

from tests.browser.stage import Stage

PLAIN = {"color_scheme": "light", "reduced_motion": "reduce"}  # what looks at colours would see them halfway


@dataclass(frozen=True)
class Kept:
    """A context, and the page that keeps its process: others of the same site come into it."""

    context: BrowserContext
    first: Page


class Contexts:
    """Pages for one test after the other, which find nothing of the last one's but scripts and styles."""

    def __init__(self, chrome: Browser, stage: Stage) -> None:
        self._chrome = chrome
        self._stage = stage
        self._kept: dict[str | None, Kept] = {}
        self._own: list[BrowserContext] = []
        self._in_use: set[str | None] = set()
        self._drafts: list[Request] = []

    def new_page(self, who: str | None, *, own: bool = False, **options: Any) -> Page:
        """A page of somebody who is signed in, or of nobody.

        A test that asks for options, or changes more than a page, has a context of its own.
        """
        if own or options:
            context = self._new_context(**options)
            self._own.append(context)
            self._sign_in(context, who)
            return context.new_page()
        if who not in self._kept:
            self._kept[who] = self._keep()
        if who not in self._in_use:
            self._in_use.add(who)
            self._begin_anew(self._kept[who], who)
        return self._kept[who].context.new_page()

    def leave(self) -> None:
        """A test ends: close what it opened, and let no draft of it arrive during the next."""
        used = [*self._own, *(self._kept[who].context for who in self._in_use)]
        firsts = {kept.first for kept in self._kept.values()}
        pages = [page for context in used for page in context.pages if page not in firsts]
        for page in pages:
            with suppress(Error):  # it is on its way to another address
                page.evaluate("0")  # what it asked is known now
        for draft in self._drafts:
            with suppress(Error):
                draft.response()
        for page in pages:
            page.close()
        for context in self._own:
            context.close()
        self._own.clear()
        self._in_use.clear()
        self._drafts.clear()

    def close(self) -> None:
        for kept in self._kept.values():
            kept.context.close()

    def _keep(self) -> Kept:
        context = self._new_context()
        first = context.new_page()
        first.goto("/healthz")
        return Kept(context, first)

    def _new_context(self, **options: Any) -> BrowserContext:
        context = self._chrome.new_context(base_url=self._stage.url, **PLAIN | options)
        context.on("request", self._notice)
        return context

    def _notice(self, request: Request) -> None:
        if request.url.endswith("/queries/draft"):
            self._drafts.append(request)

    def _begin_anew(self, kept: Kept, who: str | None) -> None:
        kept.context.clear_cookies()
        self._sign_in(kept.context, who)
        kept.first.evaluate("localStorage.clear()")

    def _sign_in(self, context: BrowserContext, who: str | None) -> None:
        if who is not None:
            cookie = {"name": "plumbline", "value": self._stage.cookies[who], "url": self._stage.url}
            context.add_cookies([cookie])
