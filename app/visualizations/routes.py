"""Pages about visualizations: a result's tabs, and the form that draws while columns are picked."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import Blueprint, Response, flash, request, url_for
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.core.errors import Invalid
from app.queries.find import find_query
from app.queries.models import Query
from app.runs.models import ResultColumn
from app.visualizations.annotations.offer import offered
from app.visualizations.change import change_visualization, delete_visualization
from app.visualizations.check import column_problems, read_options
from app.visualizations.create import create_visualization
from app.visualizations.defaults import best, for_kind, name_for
from app.visualizations.find import (
    Result,
    find_visualization,
    newest_result,
    result_of_run,
    visualizations_of,
)
from app.visualizations.fork import fork_query
from app.visualizations.forms import ChartForm, read_chart
from app.visualizations.kinds.base import Kind
from app.visualizations.kinds.registry import kinds
from app.visualizations.models import Visualization
from app.web.respond import go_to, is_htmx, page

bp = Blueprint("visualizations", __name__)


@bp.get("/queries/<int:query_id>/visualizations")
@guard(Role.VIEWER)
def index(actor: Actor, session: Session, query_id: int) -> Response:
    """The tabs of one run's result with the chosen one drawn; a fragment, or a way to the query's page.

    Where none is chosen, the first that this result can draw.
    """
    query = find_query(session, actor, query_id)
    run_id = request.args.get("run", type=int)
    view = _view()
    if not is_htmx():
        return go_to(url_for("queries.show", query_id=query.id, run=run_id, view=view))
    result = result_of_run(session, actor, query, run_id) if run_id else newest_result(session, actor, query)
    found = visualizations_of(session, query)
    chosen = _first_drawn(found, result) if view is None else _of(found, view)
    return page(
        "visualizations/_index.html",
        query=query,
        result=result,
        visualizations=found,
        chosen=chosen,
        problems=_problems(chosen, result) if chosen else {},
        kinds=kinds(),
        may_write=actor.may(Role.EDITOR),
    )


@bp.get("/queries/<int:query_id>/visualizations/new")
@guard(Role.EDITOR)
def new(actor: Actor, session: Session, query_id: int) -> Response:
    query = find_query(session, actor, query_id)
    result = _result(session, actor, query)
    form = ChartForm("", "table", {})
    if result:
        kind, options = best(result.columns, result.run.row_count or 0)
        form = ChartForm(name_for(kind, options), kind.name, options.model_dump())
    return _design(session, actor, "visualizations/new.html", query, result, form)


@bp.post("/queries/<int:query_id>/visualizations/preview")
@guard(Role.EDITOR)
def preview(actor: Actor, session: Session, query_id: int) -> Response:
    """Draws what is picked so far; a kind that was just chosen starts with its own defaults."""
    query = find_query(session, actor, query_id)
    result = _result(session, actor, query)
    form = read_chart(request.form.to_dict(flat=False))
    kind = kinds().get(form.kind)
    if kind and result and request.form.get("drawn") != form.kind:
        kept = {name: value for name, value in form.options.items() if value}
        form.options = for_kind(kind, result.columns, result.run.row_count or 0) | kept
    if kind and result:
        drawn, wrong = read_options(kind, form.options)
        form.options = drawn or form.options
        form.errors |= {field: text for field, text in wrong.items() if field in form.options}
        form.errors |= column_problems(kind, form.options, result.columns)
    return _design(session, actor, "visualizations/_design.html", query, result, form)


@bp.post("/queries/<int:query_id>/visualizations")
@guard(Role.EDITOR)
def create(actor: Actor, session: Session, query_id: int) -> Response:
    query = find_query(session, actor, query_id)
    result = _result(session, actor, query)
    form = read_chart(request.form.to_dict(flat=False))
    try:
        made = create_visualization(session, actor, query, **_chart(form), columns=_columns(result))
    except Invalid as error:
        form.errors |= error.fields
        return _design(session, actor, "visualizations/new.html", query, result, form, status=422)
    flash(f"{made.name} is added.", "success")
    return go_to(_page_of(query, made))


@bp.post("/queries/<int:query_id>/fork")
@guard(Role.EDITOR)
def fork(actor: Actor, session: Session, query_id: int) -> Response:
    query = find_query(session, actor, query_id)
    made = fork_query(session, actor, query)
    flash(f"{made.name} is yours to change.", "success")
    return go_to(url_for("queries.show", query_id=made.id))


@bp.get("/visualizations/<int:visualization_id>")
@guard(Role.EDITOR)
def show(actor: Actor, session: Session, visualization_id: int) -> Response:
    visualization, query = find_visualization(session, actor, visualization_id)
    result = newest_result(session, actor, query)
    errors = _problems(visualization, result)
    form = ChartForm(visualization.name, visualization.kind, dict(visualization.options), errors)
    return _design(session, actor, "visualizations/show.html", query, result, form, visualization)


@bp.post("/visualizations/<int:visualization_id>")
@guard(Role.EDITOR)
def update(actor: Actor, session: Session, visualization_id: int) -> Response:
    visualization, query = find_visualization(session, actor, visualization_id)
    result = newest_result(session, actor, query)
    form = read_chart(request.form.to_dict(flat=False))
    try:
        change_visualization(session, actor, visualization, **_chart(form), columns=_columns(result))
    except Invalid as error:
        form.errors |= error.fields
        return _design(
            session, actor, "visualizations/show.html", query, result, form, visualization, status=422
        )
    flash(f"{visualization.name} is saved.", "success")
    return go_to(_page_of(query, visualization))


@bp.post("/visualizations/<int:visualization_id>/deletion")
@guard(Role.EDITOR)
def delete(actor: Actor, session: Session, visualization_id: int) -> Response:
    visualization, query = find_visualization(session, actor, visualization_id)
    delete_visualization(session, actor, visualization)
    flash(f"{visualization.name} is deleted.", "success")
    return go_to(url_for("queries.show", query_id=query.id))


def _design(
    session: Session,
    actor: Actor,
    template: str,
    query: Query,
    result: Result | None,
    form: ChartForm,
    visualization: Visualization | None = None,
    status: int = 200,
) -> Response:
    kind = kinds().get(form.kind) or kinds()["table"]
    missing = [field.label for field in kind.fields if field.required and not form.options.get(field.name)]
    return page(
        template,
        status,
        query=query,
        result=result,
        form=form,
        kind=kind,
        kinds=kinds(),
        missing=missing,
        offered=offered(session, actor, kind, form.options),
        shows_more=request.form.get("more") == "true" or _uses_more(kind, form),
        visualization=visualization,
    )


def _uses_more(kind: Kind, form: ChartForm) -> bool:
    """Whether a field that waits behind a line says something of its own."""
    usual = {
        name: each.get_default(call_default_factory=True) for name, each in kind.options.model_fields.items()
    }
    more = [field.name for field in kind.fields if field.more]
    return any(name in form.errors or form.options.get(name, usual[name]) != usual[name] for name in more)


def _result(session: Session, actor: Actor, query: Query) -> Result | None:
    run_id = request.values.get("run", type=int)
    found = result_of_run(session, actor, query, run_id) if run_id else None
    return found or newest_result(session, actor, query)


def _of(found: Sequence[Visualization], view: str) -> Visualization | None:
    return next((each for each in found if str(each.id) == view), None)


def _first_drawn(found: Sequence[Visualization], result: Result | None) -> Visualization | None:
    return next((each for each in found if not _problems(each, result)), None)


def _problems(visualization: Visualization, result: Result | None) -> dict[str, str]:
    kind = kinds().get(visualization.kind)
    if kind is None:
        return {"kind": f"This release cannot draw “{visualization.kind}”."}
    return column_problems(kind, visualization.options, result.columns if result else None)


def _columns(result: Result | None) -> Sequence[ResultColumn] | None:
    return result.columns if result else None


def _chart(form: ChartForm) -> dict[str, Any]:
    return {"name": form.name, "kind": form.kind, "options": form.options}


def _page_of(query: Query, visualization: Visualization) -> str:
    return url_for("queries.show", query_id=query.id, view=visualization.id)


def _view() -> str | None:
    """The tab that was asked for, else the one in the browser's address: a number, or `table`."""
    text = request.args.get("view")
    if text is None:
        address = urlsplit(request.headers.get("HX-Current-URL", ""))
        text = parse_qs(address.query).get("view", [""])[0]
    return text or None
