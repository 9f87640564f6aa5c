"""Inviting people, for admins; and the page behind the link, for whoever holds it."""

from flask import Blueprint, Response, flash, request, url_for
from flask_login import login_user
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import Caller, csrf, guard, who_asks
from app.accounts.invites.accept import (
    Opened,
    accept_as_new,
    accept_signed_in,
    accept_with_password,
    open_invite,
)
from app.accounts.invites.forms import AcceptForm, InviteForm
from app.accounts.invites.make import invite, open_invites, revoke_invite
from app.accounts.models import Membership, Role, User
from app.accounts.sign_ins import actor_of_session, begin_sign_in
from app.accounts.switch import switch_org
from app.core import db, runtime
from app.core.errors import Invalid, NotFound
from app.web.forms import Form, read_form
from app.web.respond import go, page
from app.web.throttle import throttle

bp = Blueprint("invites", __name__)


@bp.get("/settings/invites")
@guard(Role.ADMIN)
def new(actor: Actor, session: Session) -> Response:
    return _invites(actor, session, Form())


@bp.post("/settings/invites")
@guard(Role.ADMIN)
def create(actor: Actor, session: Session) -> Response:
    form = read_form(InviteForm)
    try:
        if form.data:
            made, token = invite(session, actor, form.data.email, form.data.role)
            url = url_for(".show", token=token, _external=True)
            return _invites(actor, session, Form(), made=made, url=url)
    except Invalid as error:
        form.errors |= error.fields
    return _invites(actor, session, form, 422)


@bp.post("/settings/invites/<int:invite_id>/revocation")
@guard(Role.ADMIN)
def revoke(actor: Actor, session: Session, invite_id: int) -> Response:
    if not revoke_invite(session, actor, invite_id):
        raise NotFound(f"There is no open invite {invite_id} in your organisation.")
    flash("The invite is taken back: its link opens nothing.", "success")
    return go(".new")


@bp.get("/invite")
def show() -> Response:
    """The token stands behind the `?`, which no log of ours holds."""
    throttle("open an invite", address=(60, request.remote_addr or ""))
    token = request.args.get("token", "")[:200]
    with db.transaction() as session:
        return _page(open_invite(session, token), who_asks(session), token, Form())


@bp.post("/invite")
def accept() -> Response:
    throttle("accept an invite", address=(30, request.remote_addr or ""))
    csrf.protect()
    form = read_form(AcceptForm)
    with db.transaction() as session:
        opened = open_invite(session, form.values.get("token", "")[:200])
        throttle("accept an invite", email=(10, opened.invite.email))
        actor = who_asks(session)
        try:
            if form.data:
                joined = _accepted(session, opened, actor, form.data)
                _sign_in(session, joined, actor)
                flash(f"Welcome to {joined.org.name}.", "success")
                return go("home.show")
        except Invalid as error:
            form.errors |= error.fields
        form.values.pop("password", None)
        session.rollback()
        return _page(opened, actor, form.values["token"], form, 422)


def _accepted(session: Session, opened: Opened, actor: Actor | None, sent: AcceptForm) -> Membership:
    if actor:
        return accept_signed_in(session, opened, actor)
    if opened.user:
        return accept_with_password(session, opened, sent.password)
    return accept_as_new(session, opened, sent.name, sent.password)


def _sign_in(session: Session, joined: Membership, actor: Actor | None) -> None:
    if actor:
        switch_org(session, actor, joined.org_id)
        return
    days, browser = runtime.settings().session_days, request.headers.get("User-Agent", "")
    user = session.get_one(User, joined.user_id)
    token = begin_sign_in(session, user, joined, browser=browser, days=days)
    login_user(Caller(actor_of_session(session, token, days=days), token))


def _page(
    opened: Opened, actor: Actor | None, token: str, form: Form[AcceptForm], status: int = 200
) -> Response:
    return page(
        "accounts/invites/show.html",
        status,
        invite=opened.invite,
        user=opened.user,
        somebody=actor,
        token=token,
        form=form,
    )


def _invites(
    actor: Actor,
    session: Session,
    form: Form[InviteForm],
    status: int = 200,
    *,
    made: object = None,
    url: str | None = None,
) -> Response:
    return page(
        "accounts/invites/new.html",
        status,
        invites=open_invites(session, actor),
        form=form,
        made=made,
        url=url,
    )
