"""The session cookie, signed by one signer: Flask makes one anew for each request, even without a cookie."""

from functools import cached_property
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface


class Cookies(SecureCookieSessionInterface):
    def __init__(self, app: Flask) -> None:
        self._app = app

    def get_signing_serializer(self, app: Flask) -> Any:
        return self._signer

    @cached_property
    def _signer(self) -> Any:
        return super().get_signing_serializer(self._app)


def install(app: Flask) -> None:
    """Call it once the secret key is set."""
    app.session_interface = Cookies(app)
