"""Pages about notices: the list, the count beside the account, and by what else one is told."""

from collections.abc import Callable

from flask import Blueprint, Response, flash, g, request
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.core import runtime
from app.core.errors import Invalid
from app.notices.channels import (
    choose_mail,
    newest_deliveries,
    remove_webhook,
    set_webhook,
    try_webhook,
    wants_mail,
    webhook_of,
)
from app.notices.forms import MailForm, ReadBody, WebhookForm
from app.notices.read import PAGE, list_notices, mark_all_read, mark_read, unread
from app.web.forms import Form, read_form
from app.web.respond import go, go_to, local_path, page

bp = Blueprint("notices", __name__)


@bp.app_context_processor
def _beside_the_account() -> dict[str, Callable[[], int]]:
    """Asked by the layout alone: in the page's own transaction, not by a request of its own."""
    return {"unread_notices": lambda: unread(g.session, g.actor)}


@bp.get("/notices")
@guard(Role.VIEWER)
def index(actor: Actor, session: Session) -> Response:
    notices = list_notices(session, actor, before=request.args.get("before", type=int), limit=PAGE + 1)
    return page("notices/index.html", notices=notices[:PAGE], more=len(notices) > PAGE)


@bp.post("/notices/<int:notice_id>/reading")
@guard(Role.VIEWER)
def read(actor: Actor, session: Session, notice_id: int) -> Response:
    """Marks it read and goes where it says more."""
    notice = mark_read(session, actor, notice_id)
    session.commit()
    return go_to(local_path(notice.path) or "/notices")


@bp.post("/notices/reading")
@guard(Role.VIEWER)
def read_all(actor: Actor, session: Session) -> Response:
    form = read_form(ReadBody)
    if form.data:
        mark_all_read(session, actor, form.data.up_to)
    return go("notices.index")


@bp.get("/notices/channels")
@guard(Role.VIEWER)
def channels(actor: Actor, session: Session) -> Response:
    return _channels(actor, session)


@bp.post("/notices/channels/mail")
@guard(Role.VIEWER)
def change_mail(actor: Actor, session: Session) -> Response:
    form = read_form(MailForm)
    choose_mail(session, actor, bool(form.data and form.data.by_mail))
    flash("Saved.", "success")
    return go("notices.channels")


@bp.post("/notices/channels/webhook")
@guard(Role.ADMIN)
def change_webhook(actor: Actor, session: Session) -> Response:
    form = read_form(WebhookForm)
    try:
        if form.data:
            _, secret = set_webhook(session, actor, form.data.url)
            session.commit()
            return _channels(actor, session, secret=secret)
    except Invalid as error:
        form.errors |= error.fields
    return _channels(actor, session, form, 422)


@bp.post("/notices/channels/webhook/deletion")
@guard(Role.ADMIN)
def delete_webhook(actor: Actor, session: Session) -> Response:
    remove_webhook(session, actor)
    flash("The webhook is removed.", "success")
    return go("notices.channels")


@bp.post("/notices/channels/webhook/test")
@guard(Role.ADMIN)
def test_webhook(actor: Actor, session: Session) -> Response:
    try_webhook(session, actor)
    flash("A test is on its way. Look below whether it arrived.", "success")
    return go("notices.channels")


def _channels(
    actor: Actor,
    session: Session,
    form: Form[WebhookForm] | None = None,
    status: int = 200,
    secret: str | None = None,
) -> Response:
    is_admin = actor.may(Role.ADMIN)
    return page(
        "notices/channels.html",
        status,
        by_mail=wants_mail(session, actor),
        has_mail_server=bool(runtime.settings().smtp_host),
        webhook=webhook_of(session, actor) if is_admin else None,
        deliveries=newest_deliveries(session, actor) if is_admin else [],
        form=form,
        secret=secret,
    )
