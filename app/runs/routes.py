"""Pages about runs: start one from the workbench, watch it, keep its address."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session

from app.accounts.allow import Actor, fetch
from app.accounts.guard import guard
from app.accounts.models import Role
from app.core.errors import Invalid
from app.queries.address import address_of_given
from app.queries.find import find_query, newest_version
from app.queries.forms import given_in, read_parameters
from app.queries.models import Query
from app.queries.watermark import NO_WATERMARK, watermark
from app.queries.widgets import parameter_context, widgets_of_version
from app.runs.cancel import cancel_run
from app.runs.evidence.find import panel
from app.runs.find import fetch_run, find_run, find_settled
from app.runs.freshness.latest import latest_run
from app.runs.limits import limits
from app.runs.models import RunState
from app.runs.part import Part, part_of
from app.runs.request import Asked, ask_query, ask_sql
from app.runs.retention.again import may_repeat
from app.runs.retention.policy import expires_at
from app.runs.start import start_run
from app.runs.view import context
from app.web.respond import go, is_htmx, page

bp = Blueprint("runs", __name__)

FIRST_LOOK_S = 0.08
NEXT_LOOK_S = 0.15


@bp.post("/runs")
@guard(Role.VIEWER)
def create(actor: Actor, session: Session) -> Response:
    try:
        asked, part = _asked(actor, session)
        explain = _explain(actor)
        run = start_run(
            session,
            actor,
            datasource=asked.datasource,
            bound=asked.bound,
            version=None if explain else asked.version,
            watermark=asked.watermark,
            part=part,
            explain=explain,
            limits=limits(actor.house),
        )
    except Invalid as error:
        template = "runs/_refused.html" if is_htmx() else "runs/refused.html"
        return page(template, 422, **_refusal(actor, session, error))
    session.commit()
    if not is_htmx():
        return go("runs.show", run_id=run.id)
    return _at_address(_fragment(actor, session, run.id, FIRST_LOOK_S), run.id)


@bp.get("/runs/<int:run_id>")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session, run_id: int) -> Response:
    if is_htmx() and not _wants_own_page():
        return _fragment(actor, session, run_id, NEXT_LOOK_S)
    return _own_page(actor, session, run_id)


@bp.post("/runs/<int:run_id>/cancellation")
@guard(Role.VIEWER)
def cancel(actor: Actor, session: Session, run_id: int) -> Response:
    run = fetch_run(session, actor, run_id)
    if not RunState(run.state).settled:
        cancel_run(session, actor, run)
        session.commit()
    if not is_htmx():
        return go("runs.show", run_id=run_id)
    if _wants_own_page():
        return _own_page(actor, session, run_id)
    return _fragment(actor, session, run_id, FIRST_LOOK_S)


@bp.get("/queries/<int:query_id>/latest-run")
@guard(Role.VIEWER)
def latest(actor: Actor, session: Session, query_id: int) -> Response:
    query = fetch(session, actor, Query, query_id)
    run_id = latest_run(session, actor, query.id)
    if run_id is None:
        return page("runs/_none.html")
    return _fragment(actor, session, run_id, 0, views_of=query.id)


def _wants_own_page() -> bool:
    """Of a run, instead of its place in the workbench."""
    return request.headers.get("HX-Target") == "run-page"


def _own_page(actor: Actor, session: Session, run_id: int) -> Response:
    run = find_run(session, actor, run_id)
    return page(
        "runs/show.html",
        plain=True,
        kept_until=expires_at(session, run),
        may_compare=may_repeat(session, actor, run),
        **context(session, actor, run),
        **panel(session, run),
    )


def _fragment(
    actor: Actor, session: Session, run_id: int, seconds: float, views_of: int | None = None
) -> Response:
    """`views_of` is the query whose views the result is shown in, where its run does not tell."""
    run = find_settled(session, actor, run_id, seconds)
    return page("runs/_run.html", views_of=views_of, **context(session, actor, run))


def _asked(actor: Actor, session: Session) -> tuple[Asked, Part | None]:
    """The form of the workbench: an editor sends SQL, a viewer a query's number, both send values.

    Of SQL in which something is selected only that runs, with the values that it has places for.
    """
    form = request.form.copy()
    query_id = _number("query_id")
    if not actor.may(Role.EDITOR) or "sql" not in form:
        if query_id is None:
            raise Invalid(fields={"query_id": "Choose a query."})
        return ask_query(session, actor, query_id, read_parameters(form)[1]), None
    datasource_id = _number("datasource_id")
    if datasource_id is None:
        raise Invalid(fields={"datasource_id": "Choose the datasource that this runs on."})
    sql, part = part_of(form["sql"].replace("\r\n", "\n"), form.get("selection", ""))
    form["sql"] = sql
    parameters, given = read_parameters(form)
    declared = watermark(form.get("watermark_column"), form.get("watermark_sql", "").replace("\r\n", "\n"))
    zone = form.get("time_zone") or None
    if part or _explain(actor):
        declared = NO_WATERMARK
    return ask_sql(session, actor, datasource_id, sql, given, parameters, query_id, declared, zone), part


def _explain(actor: Actor) -> str | None:
    """`plan` or `analyze` when an editor wants to see how this would be answered."""
    wanted = request.form.get("explain", "")
    return wanted if wanted in ("plan", "analyze") and actor.may(Role.EDITOR) else None


def _number(name: str) -> int | None:
    text = request.form.get(name, "").strip()
    if text and not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Invalid(fields={name: "This is not a number."})
    return int(text) if text else None


def _refusal(actor: Actor, session: Session, error: Invalid) -> dict[str, Any]:
    """What is wrong, and the parameters again, so that each says so at its own field."""
    said = {"fields": error.fields, "detail": error.detail, "title": error.title}
    query_id = _digits("query_id")
    if not is_htmx():
        widgets: dict[str, Any] = {}
    elif "sql" in request.form or query_id is None:
        widgets = parameter_context(request.form, error.fields)
    else:
        version = newest_version(session, find_query(session, actor, query_id))
        given = given_in(request.form)
        widgets = {"widgets": widgets_of_version(version.sql, version.parameters, given, error.fields)}
    return said | widgets | {"may_write": actor.may(Role.EDITOR)}


def _at_address(response: Response, run_id: int) -> Response:
    """The page's address carries the values and the run, so that a link to it shows the same."""
    query_id = _digits("query_id")
    if query_id is not None:
        shown = parse_qs(urlsplit(request.headers.get("HX-Current-URL", "")).query)
        kept: dict[str, Any] = {name: texts[0] for name, texts in shown.items() if name == "view"}
        kept |= address_of_given(given_in(request.form))
        response.headers["HX-Replace-Url"] = url_for("queries.show", query_id=query_id, **kept, run=run_id)
    return response


def _digits(name: str) -> int | None:
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
