"""Pages about datasources: everybody sees their names, editors where they point, admins change them."""

from flask import Blueprint, Response, flash, request
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.core.errors import Invalid
from app.datasources.archive import archive_datasource
from app.datasources.check import check_connection
from app.datasources.connection import public_fields
from app.datasources.connectors.base import Check
from app.datasources.connectors.registry import kinds
from app.datasources.editing import blank_form, form_context, form_of, tried
from app.datasources.fetch import fetch_live, live_datasources
from app.datasources.forms import DEFAULT_KIND, DatasourceForm, read_datasource
from app.datasources.models import Datasource
from app.datasources.pause import pause_datasource, resume_datasource
from app.datasources.save import save_changes, save_new
from app.web.forms import Form
from app.web.respond import go, is_htmx, page

bp = Blueprint("datasources", __name__)


@bp.get("/datasources")
@guard(Role.VIEWER)
def index(actor: Actor, session: Session) -> Response:
    found = live_datasources(session, actor)
    pointing = {each.id: public_fields(each) for each in found} if actor.may(Role.EDITOR) else {}
    return page("datasources/index.html", datasources=found, pointing=pointing, kinds=kinds())


@bp.get("/datasources/new")
@guard(Role.ADMIN)
def new(actor: Actor, session: Session) -> Response:
    return _form(blank_form(request.args.get("kind", DEFAULT_KIND)))


@bp.post("/datasources")
@guard(Role.ADMIN)
def create(actor: Actor, session: Session) -> Response:
    form = read_datasource(request.form)
    made, check = tried(form, lambda described: save_new(session, actor, described)[0])
    if made is None:
        return _form(form, 422, check=check)
    flash(f"{made.name} is connected.", "success")
    return go("datasources.show", datasource_id=made.id)


@bp.get("/datasources/<int:datasource_id>")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session, datasource_id: int) -> Response:
    datasource = fetch_live(session, actor, datasource_id)
    if actor.may(Role.ADMIN):
        return _form(form_of(datasource), datasource=datasource)
    shown = public_fields(datasource) if actor.may(Role.EDITOR) else {}
    return page("datasources/show.html", datasource=datasource, kinds=kinds(), public=shown)


@bp.post("/datasources/<int:datasource_id>")
@guard(Role.ADMIN)
def update(actor: Actor, session: Session, datasource_id: int) -> Response:
    datasource = fetch_live(session, actor, datasource_id, lock=True)
    form = read_datasource(request.form)
    saved, check = tried(form, lambda described: save_changes(session, actor, datasource, described))
    if saved is None:
        session.refresh(datasource)
        return _form(form, 422, datasource=datasource, check=check)
    flash("The changes are saved.", "success")
    return go("datasources.show", datasource_id=datasource.id)


@bp.post("/datasources/test")
@bp.post("/datasources/<int:datasource_id>/test")
@guard(Role.ADMIN)
def check(actor: Actor, session: Session, datasource_id: int | None = None) -> Response:
    datasource = fetch_live(session, actor, datasource_id) if datasource_id is not None else None
    form, found = read_datasource(request.form), None
    try:
        if form.data:
            kind = datasource.kind if datasource else form.data.kind
            found = check_connection(
                session,
                actor,
                kind,
                form.data.connection,
                of=datasource,
                allow_superuser=form.data.allow_superuser,
            )
    except Invalid as error:
        form.errors |= error.fields
    return _form(form, 200 if found else 422, datasource=datasource, check=found, only_check=is_htmx())


@bp.post("/datasources/<int:datasource_id>/archival")
@guard(Role.ADMIN)
def archive(actor: Actor, session: Session, datasource_id: int) -> Response:
    datasource = fetch_live(session, actor, datasource_id, lock=True)
    archive_datasource(session, actor, datasource)
    flash(f"{datasource.name} is archived.", "success")
    return go("datasources.index")


@bp.post("/datasources/<int:datasource_id>/pause")
@guard(Role.ADMIN)
def pause(actor: Actor, session: Session, datasource_id: int) -> Response:
    datasource = fetch_live(session, actor, datasource_id, lock=True)
    try:
        pause_datasource(session, actor, datasource, request.form.get("reason", ""))
    except Invalid as error:
        form = form_of(datasource)
        form.errors |= error.fields
        return _form(form, 422, datasource=datasource)
    flash(f"{datasource.name} is paused.", "success")
    return go("datasources.show", datasource_id=datasource.id)


@bp.post("/datasources/<int:datasource_id>/resumption")
@guard(Role.ADMIN)
def resume(actor: Actor, session: Session, datasource_id: int) -> Response:
    datasource = fetch_live(session, actor, datasource_id, lock=True)
    resume_datasource(session, actor, datasource)
    flash(f"{datasource.name} takes runs again.", "success")
    return go("datasources.show", datasource_id=datasource.id)


def _form(
    form: Form[DatasourceForm],
    status: int = 200,
    *,
    datasource: Datasource | None = None,
    check: Check | None = None,
    only_check: bool = False,
) -> Response:
    whole = "datasources/show.html" if datasource else "datasources/new.html"
    part = "datasources/_check.html" if only_check else "datasources/_form.html"
    return page(
        part if is_htmx() else whole,
        status,
        **form_context(form, datasource, check),
        emptied=not is_htmx() and request.method == "POST",
        only_check=only_check,
    )
