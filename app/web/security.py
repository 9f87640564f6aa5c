"""What every answer says to the browser about safety."""

import secrets

from flask import Flask, Response, g, request

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


FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def install(app: Flask) -> None:
    app.after_request(_headers)


def allow_editor_styles() -> str:
    """Allow this page the style elements of the Monaco editor; returns the nonce that they must carry.

    Monaco writes style elements and style attributes of its own; scripts stay as strict as everywhere.
    """
    g.style_nonce = secrets.token_urlsafe(16)
    return str(g.style_nonce)


def _headers(response: Response) -> Response:
    policy = POLICY
    nonce = g.get("style_nonce")
    if nonce:
        policy = policy.replace("style-src 'self'", f"style-src 'self' 'nonce-{nonce}'")
        policy += "; style-src-attr 'unsafe-inline'; worker-src 'self'"
    headers = response.headers
    headers.setdefault("Content-Security-Policy", policy)
    for name, value in FIXED.items():
        headers.setdefault(name, value)  # a page may be stricter: of two policies browsers take the last
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if not request.path.startswith("/static/"):
        headers.setdefault("Cache-Control", "no-store")
        headers.add("Vary", "HX-Request")
    return response
