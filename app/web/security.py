"""What every answer says to the browser about safety."""

import secrets
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, g

POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)


FIXED = [
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
]
PRIVATE = [("Cache-Control", "no-store")]
TLS_ONLY = [("Strict-Transport-Security", "max-age=31536000")]

Start = Callable[..., Any]


def install(app: Flask) -> None:
    """Call it before the middleware that says by which scheme the browser asked."""
    app.after_request(_editor_policy)
    app.wsgi_app = SafetyHeaders(app.wsgi_app)  # type: ignore[method-assign]


def allow_editor_styles() -> str:
    """Allow this page the style elements of the Monaco editor; returns the nonce that they must carry.

    Monaco writes style elements and style attributes of its own; scripts stay as strict as everywhere.
    """
    g.style_nonce = secrets.token_urlsafe(16)
    return str(g.style_nonce)


def _editor_policy(response: Response) -> Response:
    nonce = g.get("style_nonce")
    if nonce:
        policy = POLICY.replace("style-src 'self'", f"style-src 'self' 'nonce-{nonce}'")
        policy += "; style-src-attr 'unsafe-inline'; worker-src 'self'"
        response.headers.setdefault("Content-Security-Policy", policy)
    return response


class SafetyHeaders:
    """Adds to each answer what it does not say itself, for it may be stricter.

    On the plain list that goes to the server: through Flask's headers it takes as long as a small statement.
    """

    def __init__(self, app: Callable[..., Any]) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Any:
        wanted = FIXED
        if environ["wsgi.url_scheme"] == "https":
            wanted = wanted + TLS_ONLY
        is_private = not environ["PATH_INFO"].startswith("/static/")
        if is_private:
            wanted = wanted + PRIVATE

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            said = {name.lower() for name, _ in headers}
            headers = [*headers, *(pair for pair in wanted if pair[0].lower() not in said)]
            if is_private:
                headers.append(("Vary", "HX-Request"))
            return start_response(status, headers, *rest)

        return self._app(environ, start)
