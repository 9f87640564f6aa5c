"""The door of a wall: the token in its address, which opens one dashboard for looking and nothing else."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, make_response, request

from app.accounts.guard import SAFE
from app.core import db
from app.core.errors import NotFound
from app.dashboards.walls.tokens import wall_of_token
from app.web.throttle import throttle

View = Callable[..., Any]
CLOSED = "This wall's link is not valid, or was revoked. An editor makes a new one on the dashboard's page."
GUESSES, LOOKS = 60, 600  # a minute, from one address and of one wall


def wall_guard(view: View) -> View:
    """Find out what the token opens, and answer 404 to every other.

    The view gets `wall` and `session` first, in a transaction as `guard` has it. There is no cookie, so that
    nobody else's page can use it, and a change needs no CSRF token. Who guesses is slowed down.
    """

    @wraps(view)
    def guarded(token: str, **arguments: Any) -> Response:
        safe = request.method in SAFE
        with db.reading_session() if safe else db.new_session() as session:
            wall = wall_of_token(session, token)
            if wall is None:
                throttle("guess a wall", address=(GUESSES, request.remote_addr or ""))
                raise NotFound(CLOSED)
            throttle("look at a wall", wall=(LOOKS, str(wall.id)))
            response = make_response(view(wall, session, token=token, **arguments))
            if not safe:
                session.commit() if response.status_code < 400 else session.rollback()
            response.headers["Referrer-Policy"] = "no-referrer"
            return response

    guarded.guarded_by = "wall"  # type: ignore[attr-defined]
    return guarded
