"""Pages about how long results are kept, and the button beside one that has expired."""

from flask import Blueprint, Response, flash
from sqlalchemy.orm import Session

from app.accounts.allow import Actor, fetch
from app.accounts.guard import guard
from app.accounts.models import Org, Role
from app.core.errors import Invalid
from app.queries.models import Query
from app.runs.find import find_run, find_settled
from app.runs.retention.again import repeat_run
from app.runs.retention.forms import OrgForm, QueryForm
from app.runs.retention.policy import days_of, default_days, keep_in_org, keep_of_query, of_their_own
from app.runs.view import context
from app.web.forms import Form, read_form
from app.web.respond import go, is_htmx, page

bp = Blueprint("retention", __name__)

FIRST_LOOK_S = 0.08
SAVED = "Saved. What is older goes within a minute."


@bp.get("/settings/retention")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session) -> Response:
    return _of_org(actor, session)


@bp.post("/settings/retention")
@guard(Role.ADMIN)
def change(actor: Actor, session: Session) -> Response:
    form = read_form(OrgForm)
    try:
        if form.data:
            keep_in_org(session, actor, form.data.result_days, form.data.newest_result_days)
            session.commit()
            if is_htmx():
                return _of_org(actor, session, said=SAVED)
            flash(SAVED, "success")
            return go(".show")
    except Invalid as error:
        form.errors |= error.fields
    return _of_org(actor, session, form, 422)


@bp.get("/queries/<int:query_id>/retention")
@guard(Role.VIEWER)
def show_query(actor: Actor, session: Session, query_id: int) -> Response:
    return _of_query(session, fetch(session, actor, Query, query_id))


@bp.post("/queries/<int:query_id>/retention")
@guard(Role.EDITOR)
def change_query(actor: Actor, session: Session, query_id: int) -> Response:
    query = fetch(session, actor, Query, query_id)
    form = read_form(QueryForm)
    try:
        if form.data:
            keep_of_query(session, actor, query.id, form.data.result_days)
            session.commit()
            if is_htmx():
                return _of_query(session, query, said=SAVED)
            flash(SAVED, "success")
            return go(".show_query", query_id=query.id)
    except Invalid as error:
        form.errors |= error.fields
    return _of_query(session, query, form, 422)


@bp.post("/runs/<int:run_id>/repetition")
@guard(Role.VIEWER)
def repeat(actor: Actor, session: Session, run_id: int) -> Response:
    started = repeat_run(session, actor, find_run(session, actor, run_id)).id
    session.commit()
    if not is_htmx():
        return go("runs.show", run_id=started)
    run = find_settled(session, actor, started, FIRST_LOOK_S)
    return page("runs/_run.html", **context(session, actor, run))


def _of_org(
    actor: Actor, session: Session, form: Form[OrgForm] | None = None, status: int = 200, said: str = ""
) -> Response:
    return page(
        "runs/retention/_org.html" if is_htmx() else "runs/retention/org.html",
        status,
        days=days_of(session.get_one(Org, actor.org_id)),
        default=default_days(),
        exceptions=of_their_own(session, actor),
        form=form,
        said=said,
    )


def _of_query(
    session: Session, query: Query, form: Form[QueryForm] | None = None, status: int = 200, said: str = ""
) -> Response:
    return page(
        "runs/retention/_query.html" if is_htmx() else "runs/retention/query.html",
        status,
        query=query,
        days=days_of(session.get_one(Org, query.org_id)),
        form=form,
        said=said,
    )
