"""One tile: as large as the page, and why it is as fresh as it is."""

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.core.clock import now
from app.core.errors import NotFound
from app.dashboards.find import find_dashboard, newest_version
from app.dashboards.markdown import as_html
from app.dashboards.routes import OwnPlace, address_here, given_here, opened_at
from app.dashboards.show import show_board
from app.dashboards.targets import INTERVALS, moment_of
from app.web.respond import go, is_htmx, page

bp = Blueprint("dashboard_tiles", __name__)


@bp.get("/dashboards/<int:dashboard_id>/tiles/<int:number>")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session, dashboard_id: int, number: int) -> Response:
    """One tile as large as the page, at an address that stays: numbers of tiles are never given again."""
    dashboard = find_dashboard(session, actor, dashboard_id)
    version = newest_version(session, dashboard)
    whole = show_board(session, actor, version.tiles, given_here(), moment_of(now()))
    board = whole.only(number)
    if not board.drawn:
        raise NotFound(f"{dashboard.name} has no tile {number} any more that shows a result.")
    return page(
        "dashboards/tile.html",
        dashboard=dashboard,
        board=board,
        shown=board.tiles[0],
        widgets=whole.widgets,
        as_html=as_html,
        refresh=bool(board.due),
        alone=True,
        place=OwnPlace(dashboard, None, number),
        address=address_here(given_here()),
        intervals=INTERVALS,
    )


@bp.get("/dashboards/<int:dashboard_id>/tiles/<int:number>/facts")
@guard(Role.VIEWER)
def facts(actor: Actor, session: Session, dashboard_id: int, number: int) -> Response:
    """Why a tile is as fresh as it is: asked for when somebody wants to know, and true at that moment."""
    dashboard = find_dashboard(session, actor, dashboard_id)
    if not is_htmx():
        return go("dashboard_tiles.show", dashboard_id=dashboard.id, number=number)
    version = newest_version(session, dashboard)
    board = show_board(session, actor, version.tiles, given_here(), opened_at()).only(number)
    if not board.drawn:
        raise NotFound(f"{dashboard.name} has no tile {number} any more that shows a result.")
    only = request.args.get("only", type=int)
    return page(
        "dashboards/_facts.html",
        dashboard=dashboard,
        shown=board.tiles[0],
        alone=bool(only),
        place=OwnPlace(dashboard, None, only),
        address=address_here(given_here()),
    )
