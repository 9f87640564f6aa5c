"""The page of event sources: who may send, and a form for another one."""

from flask import Blueprint, Response, flash
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.analytics.sources.change import SourceBody, SourceChange, change_source, create_source
from app.analytics.sources.find import list_sources
from app.analytics.sources.volume import recent_volume
from app.core.errors import Conflict
from app.web.forms import Form, read_form
from app.web.respond import go, page

bp = Blueprint("event_sources", __name__, url_prefix="/events/sources")


@bp.get("")
@guard(Role.VIEWER)
def index(actor: Actor, session: Session) -> Response:
    return _list(actor, session)


@bp.post("")
@guard(Role.EDITOR)
def create(actor: Actor, session: Session) -> Response:
    form = read_form(SourceBody)
    try:
        if form.data:
            source = create_source(session, actor, form.data)
            flash(f"{source.provider_name} may send events as {source.slug}.", "success")
            return go("event_sources.index")
    except Conflict as error:
        form.errors |= error.fields
    return _list(actor, session, form)


@bp.post("/<slug>/pause")
@guard(Role.EDITOR)
def pause(actor: Actor, session: Session, slug: str) -> Response:
    change_source(session, actor, slug, SourceChange(is_active=False))
    return go("event_sources.index")


@bp.post("/<slug>/resumption")
@guard(Role.EDITOR)
def resume(actor: Actor, session: Session, slug: str) -> Response:
    change_source(session, actor, slug, SourceChange(is_active=True))
    return go("event_sources.index")


def _list(actor: Actor, session: Session, form: Form[SourceBody] | None = None) -> Response:
    return page(
        "analytics/sources/index.html",
        422 if form is not None else 200,
        sources=list_sources(session, actor),
        volume=recent_volume(session, actor),
        form=form,
    )
