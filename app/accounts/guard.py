"""The door: who is asking (flask-login), in which transaction, with which role."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, Request, Response, g, make_response, request
from flask_login import LoginManager, UserMixin, current_user
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.orm import Session

from app.accounts.allow import Actor, need
from app.accounts.models import Role
from app.accounts.sign_ins import actor_of_session
from app.accounts.switch import orgs_of
from app.accounts.tokens import actor_of_token
from app.core import db, runtime
from app.core.errors import Unauthorized
from app.core.flights import Flights
from app.web.throttle import throttle

login = LoginManager()
csrf = CSRFProtect()

View = Callable[..., Any]
WRONG_TOKENS = 60  # a minute from one address
KNOWN: Flights[str, Actor | None] = Flights()  # what comes at one moment with one token is looked up once
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Caller(UserMixin):
    """What flask-login keeps for a request: the actor, and the session token that the cookie holds."""

    def __init__(self, actor: Actor | None, token: str | None = None) -> None:
        self.actor = actor
        self.token = token

    def get_id(self) -> str | None:
        return self.token


def install(app: Flask) -> None:
    login.init_app(app)
    csrf.init_app(app)
    app.context_processor(lambda: {"actor": g.get("actor"), "Role": Role})
    app.jinja_env.filters["grouped"] = _grouped
    app.jinja_env.globals["own_orgs"] = lambda: orgs_of(g.session, g.actor)


def _grouped(number: int | float | str) -> str:
    """A number, or an English one as text, with the separators of the reader's org."""
    english = number if isinstance(number, str) else f"{number:,}"
    actor: Actor | None = g.get("actor")
    return actor.house.write(english) if actor else english


@login.user_loader
def _by_cookie(token: str) -> Caller | None:
    if "db_session" not in g:  # a page outside the guard, such as the sign-in: it knows nobody
        return None
    session: Session = g.db_session
    days = runtime.settings().session_days
    actor = KNOWN.share(f"cookie {token}", lambda: actor_of_session(session, token, days=days))
    return Caller(actor, token) if actor else None


@login.request_loader
def _by_bearer(incoming: Request) -> Caller | None:
    if "db_session" not in g:
        return None
    session: Session = g.db_session
    kind, _, token = incoming.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer":
        return None
    actor = KNOWN.share(f"bearer {token}", lambda: actor_of_token(session, token.strip()))
    return Caller(actor) if actor else None


def who_asks(session: Session) -> Actor | None:
    """Whoever is signed in, for a page that is open to all."""
    g.db_session = session
    try:
        actor: Actor | None = current_user.actor if current_user.is_authenticated else None
        return actor if actor and actor.via == "session" else None
    finally:
        del g.db_session


def guard(role: Role) -> Callable[[View], View]:
    """Open the request's transaction, find out who asks, and refuse whoever has not this role.

    The view gets `actor` and `session` first. The transaction is committed when the answer is a success or a
    redirect, and rolled back otherwise; a GET only reads and has none. A change made with a cookie needs a
    CSRF token as well.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**arguments: Any) -> Response:
            safe = request.method in SAFE
            with db.reading_session() if safe else db.new_session() as session:
                g.db_session = session
                try:
                    is_known = current_user.is_authenticated
                finally:
                    del g.db_session  # an error's page does not ask again: the database may be away
                if not is_known:
                    if "Authorization" in request.headers:
                        throttle("token", address=(WRONG_TOKENS, request.remote_addr or ""))
                    raise Unauthorized("Sign in, or send a bearer token that works.")
                actor: Actor = current_user.actor
                g.actor, g.session = actor, session  # for what every page shows
                if actor.via == "session" and not safe:
                    csrf.protect()
                need(actor, role)
                response = make_response(view(actor, session, **arguments))
                if not safe:
                    session.commit() if response.status_code < 400 else session.rollback()
                return response

        guarded.guarded_by = role  # type: ignore[attr-defined]
        return guarded

    return decorate
