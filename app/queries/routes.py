"""Pages about queries: the list, the workbench, saving, versions."""

from typing import Any

from flask import Blueprint, Response, flash, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.accounts.organisation import time_zone_of
from app.core.errors import Invalid
from app.core.zones import zone_names
from app.datasources.fetch import live_datasources
from app.queries.address import given_of_address
from app.queries.drafts.keep import TOLD, find_draft, forget_draft
from app.queries.drafts.models import Draft
from app.queries.find import find_query, list_versions, newest_version, queries
from app.queries.forms import QueryForm, read_parameters, read_query, with_defaults
from app.queries.models import QUERIES, Query, QueryVersion
from app.queries.parameters import Declared
from app.queries.save import create_query, save_version
from app.queries.versions.compare import compare_texts
from app.queries.watermark import watermark
from app.queries.widgets import parameter_context, same_widgets, widgets_of_version
from app.saved.api import marks
from app.saved.find import Wanted, one_page
from app.saved.routes import add_pages
from app.saved.versions import Overtaken
from app.web.forms import Form
from app.web.respond import go, is_htmx, page
from app.web.security import allow_editor_styles

bp = Blueprint("queries", __name__)

MOST_SOURCES = 8  # offered at once
add_pages(bp, QUERIES, queries)


@bp.get("/queries/new")
@guard(Role.EDITOR)
def new(actor: Actor, session: Session) -> Response:
    datasources = live_datasources(session, actor)
    chosen = request.args.get("datasource_id", type=int) or (datasources[0].id if datasources else None)
    return _workbench(actor, session, Form(values={"datasource_id": chosen, "sql": ""}))


@bp.post("/queries")
@guard(Role.EDITOR)
def create(actor: Actor, session: Session) -> Response:
    form = read_query(request.form)
    try:
        if form.data:
            query = create_query(session, actor, **_fields(form.data), parameters=_declared())
            forget_draft(session, actor, None)
            flash(f"{query.name} is saved.", "success")
            return _clean(go("queries.show", query_id=query.id))
    except Invalid as error:
        form.errors |= error.fields
    return _again(actor, session, form)


@bp.get("/queries/<int:query_id>")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session, query_id: int) -> Response:
    query = find_query(session, actor, query_id)
    return _workbench(actor, session, query=query)


@bp.post("/queries/<int:query_id>")
@guard(Role.EDITOR)
def update(actor: Actor, session: Session, query_id: int) -> Response:
    query = find_query(session, actor, query_id, lock=True)
    form, overtaken = read_query(request.form), None
    try:
        if form.data:
            based_on = form.data.overwrite or form.data.based_on or 0
            save_version(
                session, actor, query, **_fields(form.data), parameters=_declared(), based_on=based_on
            )
            forget_draft(session, actor, query.id)
            return _saved(actor, session, query)
    except Overtaken as error:
        overtaken = error
    except Invalid as error:
        form.errors |= error.fields
    return _again(actor, session, form, query, overtaken)


@bp.get("/queries/zones")
@guard(Role.EDITOR)
def zones(actor: Actor, session: Session) -> Response:
    """All time zones, for the field in which one is written."""
    return page("queries/_zones.html", names=zone_names())


@bp.get("/queries/sources")
@guard(Role.EDITOR)
def sources(actor: Actor, session: Session) -> Response:
    """Queries that may give the parameter `name` its choices: the chosen one, and those that `q` finds."""
    name = request.args.get("name", "")
    field = f"param.{name}.choices_from"
    chosen = min(request.args.get(field if field in request.args else "chosen", 0, type=int), 2**62)
    kept = session.execute(queries(actor, Wanted()).where(Query.id == chosen)).all()
    found = queries(actor, Wanted(q=request.args.get("q", ""))).where(Query.id != chosen)
    listing = one_page(session, actor, QUERIES, found, limit=MOST_SOURCES)
    rows = [*kept, *listing.rows]
    return page("queries/_sources.html", field=field, chosen=chosen, rows=rows, more=listing.next)


@bp.post("/queries/parameters")
@guard(Role.EDITOR)
def parameters(actor: Actor, session: Session) -> Response:
    """Nothing when the page shows them already: what somebody is typing there is not disturbed."""
    found = parameter_context(request.form)
    settled = found["bad_sql"] is None and "bad_sql" not in request.form and "changed" not in request.args
    if settled and same_widgets(request.form, found["widgets"]):
        return Response(status=204)
    return page("queries/_parameters.html", may_write=True, **found)


@bp.get("/queries/<int:query_id>/versions")
@guard(Role.VIEWER)
def versions(actor: Actor, session: Session, query_id: int) -> Response:
    query = find_query(session, actor, query_id)
    before = request.args.get("before", type=int)
    listing = list_versions(session, query, before=before if before is None or before < 2**63 else None)
    return page("queries/versions.html", query=query, listing=listing, before=before)


def _fields(data: QueryForm) -> dict[str, Any]:
    declared = watermark(data.watermark_column, data.watermark_sql)
    names = {"name", "description", "datasource_id", "sql", "time_zone"}
    return data.model_dump(include=names) | {"watermark": declared}


def _declared() -> list[Declared]:
    return with_defaults(*read_parameters(request.form))


def _saved(actor: Actor, session: Session, query: Query) -> Response:
    if not is_htmx():
        flash(f"Version {query.latest} is saved.", "success")
        return go("queries.show", query_id=query.id)
    version = newest_version(session, query)
    context = _context(actor, session, _form_of(query, version), query, version)
    return _clean(page("queries/_head.html", **context))


def _clean(response: Response) -> Response:
    """Tell the page that nothing on it is unsaved any more."""
    response.headers["HX-Trigger"] = "plumb:saved"
    return response


def _again(
    actor: Actor,
    session: Session,
    form: Form[QueryForm],
    query: Query | None = None,
    overtaken: Overtaken | None = None,
) -> Response:
    """The same form with what is wrong with it. Only its head when htmx asks: the editor stays as it is."""
    session.expire_all()
    context = _context(actor, session, form, query, newest_version(session, query) if query else None)
    context |= parameter_context(request.form, form.errors) | {"overtaken": overtaken}
    if overtaken:
        mine = request.form.get("sql", "").replace("\r\n", "\n")
        context["differences"] = compare_texts(context["version"].sql, mine)
    if is_htmx():
        return page("queries/_head.html", 422, with_parameters=True, **context)
    return page("queries/show.html", 409 if overtaken else 422, nonce=allow_editor_styles(), **context)


def _workbench(
    actor: Actor, session: Session, form: Form[QueryForm] | None = None, query: Query | None = None
) -> Response:
    version = newest_version(session, query) if query else None
    if query and version:
        form = _form_of(query, version)
    assert form is not None
    draft = find_draft(session, actor, query.id if query else None) if actor.may(Role.EDITOR) else None
    if draft is not None:
        form.values |= _written(draft)
    context = {"draft": draft} | _context(actor, session, form, query, version)
    given = given_of_address(request.args.to_dict(flat=False))
    context["widgets"] = widgets_of_version(version.sql, version.parameters, given) if version else []
    if draft is not None:
        context |= parameter_context(
            MultiDict([*((name, text) for name, text in draft.fields), ("sql", draft.sql)])
        )
    nonce = allow_editor_styles() if actor.may(Role.EDITOR) else None
    return page("queries/show.html", nonce=nonce, run_id=request.args.get("run", type=int), **context)


def _written(draft: Draft) -> dict[str, Any]:
    """What a draft puts in place of what was saved."""
    written = {"name": draft.name, "sql": draft.sql}
    kept = {"datasource_id": draft.datasource_id, "based_on": draft.based_on}
    told = {name: text for name, text in draft.fields if name in TOLD}
    return written | told | {name: value for name, value in kept.items() if value is not None}


def _form_of(query: Query, version: QueryVersion) -> Form[QueryForm]:
    return Form(
        values={
            "name": query.name,
            "description": query.description,
            "datasource_id": version.datasource_id,
            "sql": version.sql,
            "watermark_column": version.watermark_column or "",
            "watermark_sql": version.watermark_sql or "",
            "time_zone": version.time_zone,
            "based_on": version.number,
        }
    )


def _context(
    actor: Actor,
    session: Session,
    form: Form[QueryForm],
    query: Query | None,
    version: QueryVersion | None,
) -> dict[str, Any]:
    datasources = live_datasources(session, actor)
    if version and version.datasource not in datasources:
        datasources.append(version.datasource)
    return {
        "org_zone": time_zone_of(session, actor),
        "form": form,
        "query": query,
        "version": version,
        "datasources": datasources,
        "may_write": actor.may(Role.EDITOR),
    } | (marks(session, actor, QUERIES, query) if query else {})
