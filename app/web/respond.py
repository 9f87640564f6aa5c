"""The few ways in which a page answers; htmx-flask is used here and nowhere else."""

from typing import Any
from urllib.parse import urlsplit

from flask import Response, make_response, redirect, render_template, request, url_for
from htmx_flask import make_response as htmx_response
from markupsafe import Markup


def is_htmx() -> bool:
    return bool(getattr(request, "htmx", None))


def page(template: str, status: int = 200, **context: Any) -> Response:
    """A whole page or a fragment, rendered."""
    return make_response(render_template(template, **context), status)


def part(template: str, **context: Any) -> Markup:
    """A piece of a page that is rendered by itself, to be set into others."""
    return Markup(render_template(template, **context))


def pushed(template: str, url: str, **context: Any) -> Response:
    """A fragment that also sets the browser's address."""
    response: Response = htmx_response(render_template(template, **context), push_url=url)
    return response


def go(endpoint: str, **values: Any) -> Response:
    """Send the browser to another page after a change (303, or HX-Redirect for htmx)."""
    return go_to(url_for(endpoint, **values))


def go_to(url: str) -> Response:
    if is_htmx():
        response: Response = htmx_response("", redirect=url)
        return response
    return make_response(redirect(url, code=303))


def to_sign_in() -> Response:
    """Ask for a sign-in and remember where the person wanted to go."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" and not is_htmx() else None
    url = url_for("accounts.sign_in", next=wanted if wanted != "/" else None)
    if is_htmx():
        response: Response = htmx_response("", redirect=url)
        response.status_code = 401
        return response
    return make_response(redirect(url, code=303))


def local_path(url: str | None) -> str | None:
    """The URL when it is a path on this site, else None: no open redirects."""
    if not url or not url.startswith("/") or url.startswith(("//", "/\\")) or "\\" in url:
        return None
    parts = urlsplit(url)
    return url if not parts.scheme and not parts.netloc and url.isprintable() else None
