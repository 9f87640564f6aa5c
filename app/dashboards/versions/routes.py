"""Pages about a dashboard's versions: all of them, one beside another, and bringing one back."""

from flask import Blueprint, Response, flash, request
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.core.clock import now
from app.dashboards.find import find_dashboard, version_of
from app.dashboards.markdown import as_html
from app.dashboards.show import show_board
from app.dashboards.targets import moment_of
from app.dashboards.versions.compare import compare
from app.dashboards.versions.find import list_versions
from app.dashboards.versions.restore import restore_version
from app.web.respond import go, page

bp = Blueprint("dashboard_versions", __name__)


@bp.get("/dashboards/<int:dashboard_id>/versions")
@guard(Role.VIEWER)
def index(actor: Actor, session: Session, dashboard_id: int) -> Response:
    dashboard = find_dashboard(session, actor, dashboard_id)
    before = request.args.get("before", type=int)
    listing = list_versions(session, dashboard, before)
    return page("dashboards/versions/index.html", dashboard=dashboard, listing=listing, before=before)


@bp.get("/dashboards/<int:dashboard_id>/versions/<int:number>")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session, dashboard_id: int, number: int) -> Response:
    """How it looks, and what differs from another one, `with`: the one before it unless it says otherwise."""
    dashboard = find_dashboard(session, actor, dashboard_id)
    version = version_of(session, dashboard, number)
    other = version_of(session, dashboard, request.args.get("with", type=int) or max(number - 1, 1))
    left, right = sorted((version, other), key=lambda each: each.number)
    return page(
        "dashboards/versions/show.html",
        dashboard=dashboard,
        version=version,
        left=left,
        right=right,
        changes=compare(session, left, right),
        board=show_board(session, actor, version.tiles, {}, moment_of(now())),
        as_html=as_html,
        flat=True,
        may_write=actor.may(Role.EDITOR),
    )


@bp.post("/dashboards/<int:dashboard_id>/versions/<int:number>/restoration")
@guard(Role.EDITOR)
def restore(actor: Actor, session: Session, dashboard_id: int, number: int) -> Response:
    dashboard = find_dashboard(session, actor, dashboard_id, lock=True)
    restored = restore_version(session, actor, dashboard, version_of(session, dashboard, number))
    flash(f"Version {number} is back, as version {restored.number}.", "success")
    return go("dashboards.show", dashboard_id=dashboard.id)
