"""Signing in and out, and the account page: sign-ins and API tokens."""

from flask import Blueprint, Response, flash, g, request
from flask import session as cookie
from flask_login import login_user, logout_user
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.browsers import browser_name
from app.accounts.create import nobody_yet, set_password
from app.accounts.forms import PasswordForm, SignInForm, TokenForm
from app.accounts.guard import Caller, csrf, guard
from app.accounts.models import Role, User
from app.accounts.organisation import time_zone_of
from app.accounts.passwords import password_matches
from app.accounts.sign_ins import actor_of_session, live_sign_ins, revoke_sign_in, sign_in
from app.accounts.switch import switch_org
from app.accounts.tokens import create_token, live_tokens, revoke_token
from app.core import db, runtime
from app.core.errors import Invalid, NotFound
from app.telemetry.names import SIGN_INS
from app.telemetry.write import observe
from app.web.forms import Form, read_form
from app.web.respond import go, go_to, local_path, page
from app.web.throttle import throttle

bp = Blueprint("accounts", __name__)


@bp.get("/sign-in", endpoint="sign_in")
def show_sign_in() -> Response:
    with db.reading_session() as session:
        empty = nobody_yet(session)
    return page("accounts/sign_in.html", form=Form(), next=local_path(request.args.get("next")), empty=empty)


@bp.post("/sign-in")
def create_sign_in() -> Response:
    email = request.form.get("email", "").strip().lower()[:254]
    throttle("sign in", address=(30, request.remote_addr or ""), email=(10, email))
    csrf.protect()
    form = read_form(SignInForm)
    wanted = local_path(form.values.get("next"))
    if form.data:
        days = runtime.settings().session_days
        with db.transaction() as session:
            browser = request.headers.get("User-Agent", "")
            token = sign_in(
                session, email=form.data.email, password=form.data.password, browser=browser, days=days
            )
            observe(SIGN_INS, 1, "accepted" if token else "refused", success=bool(token))
            if token:
                g.db_session = session
                cookie.clear()  # whoever planted a cookie before knows its CSRF token
                login_user(Caller(actor_of_session(session, token, days=days), token))
                return go_to(wanted or "/")
        form.errors["password"] = "E-mail and password do not match."
    form.values.pop("password", None)
    return page("accounts/sign_in.html", 422, form=form, next=wanted)


@bp.post("/sign-out")
@guard(Role.VIEWER)
def sign_out(actor: Actor, session: Session) -> Response:
    if actor.proof_id is not None and actor.via == "session":
        revoke_sign_in(session, actor, actor.proof_id)
    logout_user()
    return go("accounts.sign_in")


@bp.post("/organisations/<int:org_id>/entry")
@guard(Role.VIEWER)
def enter_organisation(actor: Actor, session: Session, org_id: int) -> Response:
    switch_org(session, actor, org_id)
    return go("home.show")


@bp.get("/account", endpoint="show")
@guard(Role.VIEWER)
def show_account(actor: Actor, session: Session) -> Response:
    return _account(actor, session)


@bp.post("/account/tokens")
@guard(Role.VIEWER)
def create_api_token(actor: Actor, session: Session) -> Response:
    form = read_form(TokenForm)
    if not form.data:
        return _account(actor, session, 422, token_form=form)
    token = create_token(session, actor, form.data.name)
    return _account(actor, session, new_token=token)


@bp.post("/account/tokens/<int:token_id>/revocation")
@guard(Role.VIEWER)
def revoke_api_token(actor: Actor, session: Session, token_id: int) -> Response:
    if not revoke_token(session, actor, token_id):
        raise NotFound("You have no such token.")
    flash("The token no longer works.", "success")
    return go("accounts.show")


@bp.post("/account/sign-ins/<int:sign_in_id>/revocation")
@guard(Role.VIEWER)
def end_sign_in(actor: Actor, session: Session, sign_in_id: int) -> Response:
    if not revoke_sign_in(session, actor, sign_in_id):
        raise NotFound("You have no such sign-in.")
    flash("That browser is signed out.", "success")
    return go("accounts.show")


@bp.post("/account/password")
@guard(Role.VIEWER)
def change_password(actor: Actor, session: Session) -> Response:
    form = read_form(PasswordForm)
    user = session.get_one(User, actor.user_id)
    if form.data and not password_matches(user.password_hash, form.data.current):
        form.errors["current"] = "This is not your password."
    if form:
        assert form.data
        try:
            set_password(session, actor, form.data.password)
        except Invalid as error:
            form.errors |= error.fields
        else:
            logout_user()
            flash("Your password is changed. Sign in with the new one.", "success")
            return go("accounts.sign_in")
    form.values = {}
    return _account(actor, session, 422, password_form=form)


def _account(
    actor: Actor,
    session: Session,
    status: int = 200,
    *,
    token_form: Form[TokenForm] | None = None,
    password_form: Form[PasswordForm] | None = None,
    new_token: str | None = None,
) -> Response:
    return page(
        "accounts/show.html",
        status,
        tokens=live_tokens(session, actor),
        sign_ins=live_sign_ins(session, actor),
        token_form=Form() if token_form is None else token_form,
        password_form=Form() if password_form is None else password_form,
        time_zone=time_zone_of(session, actor),
        new_token=new_token,
        browser_name=browser_name,
    )
