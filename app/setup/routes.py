"""Three questions of a first start: who you are, where the data is, which table to begin with."""

from typing import Any

from flask import Blueprint, Response, flash, request, url_for
from flask import session as cookie
from flask_login import login_user
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.create import nobody_yet
from app.accounts.guard import Caller, csrf, guard
from app.accounts.models import Membership, Role, User
from app.accounts.sign_ins import actor_of_session, begin_sign_in
from app.core import db, runtime
from app.core.errors import Invalid, NotFound
from app.datasources.catalog.find import catalog_of, search
from app.datasources.catalog.models import CatalogState
from app.datasources.catalog.refresh import ask_refresh
from app.datasources.connectors.base import Check
from app.datasources.editing import blank_form, form_context, tried
from app.datasources.fetch import fetch_live, live_datasources
from app.datasources.forms import DEFAULT_KIND, DatasourceForm, read_datasource
from app.datasources.save import save_new
from app.setup.begin import begin
from app.setup.draw import draw_first
from app.setup.forms import BeginForm, TableForm
from app.setup.token import fits
from app.web.forms import Form, read_form
from app.web.respond import go, go_to, is_htmx, page
from app.web.throttle import throttle

bp = Blueprint("setup", __name__, url_prefix="/setup")

CLOSED = "This link opens nothing. It works until the first admin is there; then people sign in."


@bp.get("")
def show() -> Response:
    """The token stands behind the `?`, which no log of ours holds."""
    throttle("set up", address=(30, request.remote_addr or ""))
    token = request.args.get("token", "")[:200]
    with db.reading_session() as session:
        _must_be_open(session, token)
    return page("setup/person.html", form=Form(values={"token": token}))


@bp.post("", endpoint="begin")
def create() -> Response:
    throttle("set up", address=(30, request.remote_addr or ""))
    csrf.protect()
    form = read_form(BeginForm)
    with db.transaction() as session:
        _must_be_open(session, form.values.get("token", "")[:200])
        try:
            if form.data:
                _sign_in(session, begin(session, **form.data.model_dump(exclude={"token"})))
                return go(".datasource")
        except Invalid as error:
            form.errors |= error.fields
        session.rollback()
    form.values.pop("password", None)
    return page("setup/person.html", 422, form=form)


def _must_be_open(session: Session, token: str) -> None:
    if not fits(token, runtime.settings().secret_key) or not nobody_yet(session):
        raise NotFound(CLOSED)


def _sign_in(session: Session, actor: Actor) -> None:
    days, browser = runtime.settings().session_days, request.headers.get("User-Agent", "")
    user = session.get_one(User, actor.user_id)
    membership = session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
    token = begin_sign_in(session, user, membership, browser=browser, days=days)
    cookie.clear()
    login_user(Caller(actor_of_session(session, token, days=days), token))


@bp.get("/datasource")
@guard(Role.ADMIN)
def datasource(actor: Actor, session: Session) -> Response:
    return _datasource_form(actor, session, blank_form(request.args.get("kind", DEFAULT_KIND)))


@bp.post("/datasource")
@guard(Role.ADMIN)
def connect(actor: Actor, session: Session) -> Response:
    form = read_datasource(request.form)
    made, check = tried(form, lambda described: save_new(session, actor, described)[0])
    if made is None:
        return _datasource_form(actor, session, form, 422, check=check)
    ask_refresh(session, made)  # the next page shows its tables
    flash(f"{made.name} is connected.", "success")
    return go(".table", datasource_id=made.id)


@bp.get("/table")
@guard(Role.ADMIN)
def table(actor: Actor, session: Session) -> Response:
    """What the datasource holds, as a list to choose from; while a worker reads it, the list asks again."""
    found = fetch_live(session, actor, request.args.get("datasource_id", 0, type=int))
    catalog = catalog_of(session, found.id)
    words = request.args.get("q", "").strip()
    context: dict[str, Any] = {
        "datasource": found,
        "catalog": catalog,
        "moving": catalog is None or CatalogState(catalog.state).moving,
        "words": words,
        "tables": search(session, found.id, words, limit=50),
    }
    return page("setup/_tables.html" if is_htmx() else "setup/table.html", **context)


@bp.post("/table/reading")
@guard(Role.ADMIN)
def read_again(actor: Actor, session: Session) -> Response:
    found = fetch_live(session, actor, request.form.get("datasource_id", 0, type=int))
    ask_refresh(session, found)
    return go(".table", datasource_id=found.id)


@bp.post("/chart")
@guard(Role.ADMIN)
def draw(actor: Actor, session: Session) -> Response:
    form = read_form(TableForm)
    if not form.data:
        raise Invalid(fields=form.errors)
    chosen = fetch_live(session, actor, form.data.datasource_id)
    query = draw_first(session, actor, chosen, form.data.schema_name, form.data.relation)
    flash("This is your first chart. Change the query and run it again.", "success")
    # On a phone the result lies below the editor.
    return go_to(url_for("queries.show", query_id=query.id, _anchor="run"))


def _datasource_form(
    actor: Actor,
    session: Session,
    form: Form[DatasourceForm],
    status: int = 200,
    *,
    check: Check | None = None,
) -> Response:
    return page(
        "datasources/_form.html" if is_htmx() else "setup/datasource.html",
        status,
        **form_context(form, None, check),
        save_url=url_for(".connect"),
        form_endpoint="setup.datasource",
        cancel=("Later", "/"),
        others=live_datasources(session, actor),
        emptied=not is_htmx() and request.method == "POST",
        only_check=False,
    )
