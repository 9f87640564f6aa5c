"""Pages that put a chart or a report on a dashboard, from where it is looked at."""

from typing import Any

from flask import Blueprint, Response, flash, request
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.core.errors import Invalid
from app.dashboards.additions.add import add_to_dashboard, tile_of_chart, tile_of_report
from app.dashboards.find import MOST, dashboards, drawable
from app.dashboards.models import DASHBOARDS
from app.queries.find import find_query
from app.queries.models import Query
from app.reports.find import find_report, version_of
from app.reports.models import Report
from app.saved.find import Wanted, one_page
from app.visualizations.find import find_visualization
from app.web.forms import Form
from app.web.respond import go, page

bp = Blueprint("dashboard_additions", __name__)


@bp.get("/dashboards/additions/new")
@guard(Role.EDITOR)
def new(actor: Actor, session: Session) -> Response:
    """For one `visualization`, one of those of a `query`, or a `report`."""
    chosen, report = (request.args.get(name, type=int) for name in ("visualization", "report"))
    if report is not None:
        return _page(actor, session, find_report(session, actor, report), Form[Any]())
    if chosen is not None:
        _, query = find_visualization(session, actor, chosen)
    else:
        query = find_query(session, actor, request.args.get("query", 0, type=int))
    return _page(actor, session, query, Form[Any](values={"visualization_id": chosen}))


@bp.post("/dashboards/additions")
@guard(Role.EDITOR)
def create(actor: Actor, session: Session) -> Response:
    """Of a `visualization_id` or a `report_id`."""
    names = ("visualization_id", "report_id", "dashboard_id")
    numbers = {name: request.form.get(name, 0, type=int) for name in names}
    name, place = request.form.get("name", ""), numbers["dashboard_id"] or None
    source: Query | Report
    if numbers["report_id"]:
        source = find_report(session, actor, numbers["report_id"])
        tile, called = tile_of_report(version_of(session, source)), source.name
    else:
        visualization, source = find_visualization(session, actor, numbers["visualization_id"])
        tile, called = tile_of_chart(visualization), visualization.name
    try:
        dashboard = add_to_dashboard(session, actor, tile, place, name)
    except Invalid as error:
        form = Form[Any](numbers | {"name": name}, error.fields)
        return _page(actor, session, source, form, 422)
    flash(f"{called} is on {dashboard.name}.", "success")
    return go("dashboards.show", dashboard_id=dashboard.id)


def _page(
    actor: Actor, session: Session, source: Query | Report, form: Form[Any], status: int = 200
) -> Response:
    is_report = isinstance(source, Report)
    return page(
        "dashboards/additions/new.html",
        status,
        form=form,
        source=source,
        is_report=is_report,
        charts=[] if is_report else [(row.id, row.name) for row in drawable(session, actor, source.id)],
        boards=[
            (row.id, row.name)
            for row in one_page(session, actor, DASHBOARDS, dashboards(actor, Wanted()), limit=MOST).rows
        ],
    )
