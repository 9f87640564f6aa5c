"""A dashboard on paper: as it is stored, with absolute times."""

from flask import Blueprint, Response, url_for
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.core.clock import now
from app.dashboards.find import find_dashboard, newest_version
from app.dashboards.markdown import as_html
from app.dashboards.routes import address_here, given_here
from app.dashboards.show import show_board
from app.dashboards.targets import moment_of
from app.web.respond import page

bp = Blueprint("dashboard_prints", __name__)


@bp.get("/dashboards/<int:dashboard_id>/print")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session, dashboard_id: int) -> Response:
    dashboard = find_dashboard(session, actor, dashboard_id)
    version = newest_version(session, dashboard)
    return page(
        "dashboards/print.html",
        dashboard=dashboard,
        version=version,
        board=show_board(session, actor, version.tiles, given_here(), moment_of(now())),
        as_html=as_html,
        flat=True,
        printed_at=now(),
        layout=url_for("dashboards.layout", dashboard_id=dashboard.id, number=version.number),
        address=address_here(given_here()),
    )
