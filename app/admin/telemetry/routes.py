"""Pages of telemetry for an org's admins: charts, and what happened."""

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.admin.operators import operates
from app.admin.telemetry.api import scope
from app.admin.telemetry.charts import SPANS, charts
from app.core.errors import Invalid
from app.telemetry.entries import Severity
from app.telemetry.names import Category
from app.telemetry.questions import OF_EVENTS, OF_METRICS, read_question
from app.telemetry.read import read_events, read_metrics
from app.web.respond import is_htmx, page

bp = Blueprint("telemetry", __name__, url_prefix="/admin/telemetry")


@bp.get("")
@guard(Role.ADMIN)
def index(actor: Actor, session: Session) -> Response:
    span = request.args.get("span", "day")
    span = span if span in SPANS else "day"
    found = charts(session, scope(session, actor), span)
    template = "admin/telemetry/_charts.html" if is_htmx() else "admin/telemetry/index.html"
    return page(template, charts=found, span=span, spans=SPANS, operates=operates(session, actor))


@bp.get("/values")
@guard(Role.ADMIN)
def values(actor: Actor, session: Session) -> Response:
    return _list(actor, session, "values", OF_METRICS)


@bp.get("/events")
@guard(Role.ADMIN)
def events(actor: Actor, session: Session) -> Response:
    return _list(actor, session, "events", OF_EVENTS)


def _list(actor: Actor, session: Session, what: str, known: tuple[str, ...]) -> Response:
    given = {name: said for name in known if (said := request.args.get(name, "").strip())}
    rows, problems = [], {}
    try:
        read = read_metrics if what == "values" else read_events
        rows = list(read(session, scope(session, actor), read_question(given, known)))
    except Invalid as error:
        problems = error.fields
    return page(
        f"admin/telemetry/_{what}.html" if is_htmx() else f"admin/telemetry/{what}.html",
        422 if problems else 200,
        rows=rows,
        given=given,
        problems=problems,
        severities=[str(each) for each in Severity],
        categories=[str(each) for each in Category],
        operates=operates(session, actor),
    )
