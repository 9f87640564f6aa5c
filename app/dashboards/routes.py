"""Pages about dashboards: the list, one as it is looked at, and what keeps it fresh."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.core.clock import now
from app.core.errors import NotFound
from app.dashboards.board import Board, show_board
from app.dashboards.find import dashboards, find_dashboard, newest_version, version_of
from app.dashboards.layout import style_sheet
from app.dashboards.markdown import as_html
from app.dashboards.models import DASHBOARDS, Dashboard
from app.dashboards.refresh import refresh_due, refresh_tile
from app.dashboards.targets import moment_of
from app.dashboards.views.record import record_view
from app.queries.address import address_of_given, given_of_address
from app.queries.forms import given_in
from app.saved.api import marks
from app.saved.routes import add_pages
from app.web.respond import go, go_to, is_htmx, page

bp = Blueprint("dashboards", __name__)
add_pages(bp, DASHBOARDS, dashboards)

A_DAY = timedelta(days=1)
WALL_EVERY_S = 60


@bp.get("/dashboards/<int:dashboard_id>")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session, dashboard_id: int) -> Response:
    """At once with what is stored; the page then asks for the tiles that are too old."""
    dashboard = find_dashboard(session, actor, dashboard_id)
    record_view(session, actor, dashboard, on_wall="wall" in request.args)
    version = newest_version(session, dashboard)
    board = show_board(session, actor, version.tiles, _given(), moment_of(now()))
    return page(
        "dashboards/show.html",
        version=version,
        as_html=as_html,
        refresh=bool(board.due),
        wall=_wall(),
        **marks(session, actor, DASHBOARDS, dashboard),
        **_context(actor, dashboard, board),
    )


@bp.get("/dashboards/<int:dashboard_id>/values")
@guard(Role.VIEWER)
def values(actor: Actor, session: Session, dashboard_id: int) -> Response:
    """The bar's fields as an address that can be kept and sent."""
    dashboard = find_dashboard(session, actor, dashboard_id)
    given = given_in(request.args)
    return go_to(url_for("dashboards.show", dashboard_id=dashboard.id, **_address(given)))


@bp.get("/dashboards/<int:dashboard_id>/pulse")
@guard(Role.VIEWER)
def pulse(actor: Actor, session: Session, dashboard_id: int) -> Response:
    dashboard = find_dashboard(session, actor, dashboard_id)
    if not is_htmx():
        return go("dashboards.show", dashboard_id=dashboard.id)
    return _pulse(actor, session, dashboard, _opened())


@bp.post("/dashboards/<int:dashboard_id>/refreshes")
@guard(Role.VIEWER)
def refresh(actor: Actor, session: Session, dashboard_id: int) -> Response:
    """Of what is too old; of one tile, however fresh it is, with `tile`."""
    dashboard = find_dashboard(session, actor, dashboard_id)
    opened = moment_of(now())
    board = show_board(session, actor, newest_version(session, dashboard).tiles, _given(), opened)
    number = request.values.get("tile", type=int)
    if number is None:
        refresh_due(session, actor, board)
    elif not refresh_tile(session, actor, board, number):
        raise NotFound(f"{dashboard.name} has no tile {number} that can be refreshed.")
    session.commit()
    if not is_htmx():
        return go_to(url_for("dashboards.show", dashboard_id=dashboard.id, **_address(_given())))
    return _pulse(actor, session, dashboard, opened)


@bp.get("/dashboards/<int:dashboard_id>/versions/<int:number>/layout.css")
@guard(Role.VIEWER)
def layout(actor: Actor, session: Session, dashboard_id: int, number: int) -> Response:
    """Where the tiles of a version stand: the page's policy allows no styles of its own."""
    dashboard = find_dashboard(session, actor, dashboard_id)
    response = Response(style_sheet(version_of(session, dashboard, number).tiles), mimetype="text/css")
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


def _pulse(actor: Actor, session: Session, dashboard: Dashboard, opened: datetime) -> Response:
    """What has changed since the page last looked, and when it has to look again."""
    board = show_board(session, actor, newest_version(session, dashboard).tiles, _given(), opened)
    bodies, states = board.changed_since(request.values.get("seen", ""))
    response = page(
        "dashboards/_changes.html",
        bodies=bodies,
        states=states,
        refresh=False,
        **_context(actor, dashboard, board),
    )
    if request.args.get("v", str(dashboard.latest)) != str(dashboard.latest):
        response.headers["HX-Refresh"] = "true"  # tiles have moved: the page is another one
    return response


def _context(actor: Actor, dashboard: Dashboard, board: Board) -> dict[str, Any]:
    return {
        "dashboard": dashboard,
        "board": board,
        "address": _address(_given()),
        "may_write": actor.may(Role.EDITOR),
    }


def _given() -> dict[str, object]:
    return given_of_address(request.args.to_dict(flat=False))


def _address(given: dict[str, object]) -> dict[str, Any]:
    return dict(address_of_given(given))


def _wall() -> int | None:
    """Seconds between refreshes of a page that hangs on a wall: `?wall`, or `?wall=300`."""
    if "wall" not in request.args:
        return None
    return min(86_400, max(10, request.args.get("wall", WALL_EVERY_S, type=int)))


def _opened() -> datetime:
    """The moment at which the page was opened, that its words mean the same as long as it is looked at."""
    present = now()
    try:
        opened = datetime.fromisoformat(request.args.get("at", ""))
        return opened if timedelta(0) <= present - opened <= A_DAY else moment_of(present)
    except (ValueError, TypeError):
        return moment_of(present)
