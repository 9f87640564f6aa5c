"""A signed-in browser for tests: Flask's client, with the cookie and the CSRF token in place."""

import secrets
from datetime import timedelta
from typing import Any

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from app.accounts.allow import Actor
from app.accounts.models import SignIn
from app.accounts.sign_ins import digest
from app.accounts.tokens import create_token
from app.core import db
from app.core.clock import now


class Browser:
    """`get` and `post` as a person sends them; `htmx=True` as htmx does, `csrf=False` as a forger would."""

    def __init__(self, app: Flask, actor: Actor | None) -> None:
        self.app = app
        self.actor = actor
        self.client = app.test_client()
        self._csrf = secrets.token_hex(20)
        with self.client.session_transaction() as cookie:
            cookie["csrf_token"] = self._csrf
            if actor is not None:
                cookie["_user_id"] = sign_in_directly(actor)
                cookie["_fresh"] = True

    def get(self, path: str, *, htmx: bool = False, **options: Any) -> TestResponse:
        return self.client.get(path, headers=_headers(htmx), **options)

    def post(
        self,
        path: str,
        form: dict[str, Any] | None = None,
        *,
        htmx: bool = False,
        csrf: bool = True,
        **options: Any,
    ) -> TestResponse:
        headers = _headers(htmx)
        if csrf:
            headers["X-CSRFToken"] = self.csrf()
        return self.client.post(path, data=form or {}, headers=headers, **options)

    def csrf(self) -> str:
        """The token that a page would hold now."""
        with self.client.session_transaction() as cookie:
            held = cookie.setdefault("csrf_token", self._csrf)
        serializer = URLSafeTimedSerializer(self.app.secret_key, salt="wtf-csrf-token")
        return str(serializer.dumps(held))

    def api(self, method: str, path: str, body: Any = None, **options: Any) -> TestResponse:
        """A call of `/v1` with a bearer token of the actor's, and no cookie."""
        headers = {}
        if self.actor is not None:
            with db.transaction() as session:
                headers["Authorization"] = f"Bearer {create_token(session, self.actor, 'test')}"
        fresh = self.app.test_client()
        return fresh.open(path, method=method, json=body, headers=headers, **options)


def sign_in_directly(actor: Actor) -> str:
    """A session token, without the password and its slow hash."""
    token = secrets.token_urlsafe(32)
    with db.transaction() as session:
        session.add(
            SignIn(
                user_id=actor.user_id,
                org_id=actor.org_id,
                token_hash=digest(token),
                expires_at=now() + timedelta(days=1),
            )
        )
    return token


def _headers(htmx: bool) -> dict[str, str]:
    return {"HX-Request": "true"} if htmx else {}
