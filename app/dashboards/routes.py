"""Pages about dashboards: the list, one as it is looked at, and what keeps it fresh."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, request, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.core.clock import now
from app.core.errors import NotFound
from app.core.flights import Flights
from app.dashboards.board import Board
from app.dashboards.find import dashboards, find_dashboard, newest_version, version_of
from app.dashboards.layout import style_sheet
from app.dashboards.markdown import as_html
from app.dashboards.models import DASHBOARDS, Dashboard
from app.dashboards.refresh import refresh_due, refresh_tile
from app.dashboards.show import show_again, show_board
from app.dashboards.targets import INTERVALS, moment_of
from app.dashboards.views.record import record_view
from app.dashboards.walls.view import LATEST_S, View, read_view
from app.queries.address import address_of_given, given_of_address
from app.queries.forms import given_in
from app.saved.api import marks
from app.saved.routes import add_pages
from app.web.respond import go, go_to, is_htmx, page, part

bp = Blueprint("dashboards", __name__)
add_pages(bp, DASHBOARDS, dashboards)

A_DAY = timedelta(days=1)


@bp.get("/dashboards/<int:dashboard_id>")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session, dashboard_id: int) -> Response:
    """At once with what is stored; the page then asks for the tiles that are too old."""
    dashboard = find_dashboard(session, actor, dashboard_id)
    view = read_view(request.args, dashboard.refresh_s)
    record_view(session, actor, dashboard, on_wall=view is not None)
    place = OwnPlace(dashboard, view)
    asked = actor.org_id, actor.role, dashboard.id, dashboard.latest, request.query_string
    opened = OPENED.share(asked, lambda: _open(session, actor, dashboard, view, place))
    return page(
        "dashboards/wall.html" if view else "dashboards/show.html",
        dashboard=dashboard,
        board=opened.board,
        tiles=opened.tiles,
        refresh=bool(opened.board.due),
        wall=view,
        place=place,
        layout=url_for("dashboards.layout", dashboard_id=dashboard.id, number=opened.number),
        address=address_here(given_here()),
        may_write=actor.may(Role.EDITOR),
        intervals=INTERVALS,
        **marks(session, actor, DASHBOARDS, dashboard),
    )


@dataclass(frozen=True, slots=True)
class Opened:
    """What those who open a dashboard at one moment share: its version, and its tiles as they read."""

    number: int
    board: Board
    tiles: Markup


OPENED: Flights[tuple[object, ...], Opened] = Flights()


def _open(
    session: Session, actor: Actor, dashboard: Dashboard, view: View | None, place: "OwnPlace"
) -> Opened:
    version = newest_version(session, dashboard)
    board = show_board(session, actor, version.tiles, given_here(), moment_of(now()))
    tiles = part(
        "dashboards/_tiles.html",
        dashboard=dashboard,
        board=board,
        as_html=as_html,
        wall=view,
        place=place,
        address=address_here(given_here()),
    )
    session.expunge_all()  # the others, who have sessions of their own, read on in what was found
    return Opened(version.number, board, tiles)


@bp.get("/dashboards/<int:dashboard_id>/values")
@guard(Role.VIEWER)
def values(actor: Actor, session: Session, dashboard_id: int) -> Response:
    """The bar's fields, or those of one `tile`, as an address that can be kept and sent."""
    dashboard = find_dashboard(session, actor, dashboard_id)
    tile, given = request.args.get("tile", type=int), given_in(request.args)
    if tile is not None:
        given = {f"{tile}.{name}": value for name, value in given.items()}
    given, only = given_here() | given, request.args.get("only", type=int)
    if only:
        return go_to(
            url_for("dashboard_tiles.show", dashboard_id=dashboard.id, number=only, **address_here(given))
        )
    return go_to(url_for("dashboards.show", dashboard_id=dashboard.id, **address_here(given)))


@bp.get("/dashboards/<int:dashboard_id>/pulse")
@guard(Role.VIEWER)
def pulse(actor: Actor, session: Session, dashboard_id: int) -> Response:
    dashboard = find_dashboard(session, actor, dashboard_id)
    if not is_htmx():
        return go("dashboards.show", dashboard_id=dashboard.id)
    tiles = newest_version(session, dashboard).tiles
    return _pulse(dashboard, show_board(session, actor, tiles, given_here(), opened_at()))


@bp.post("/dashboards/<int:dashboard_id>/refreshes")
@guard(Role.VIEWER)
def refresh(actor: Actor, session: Session, dashboard_id: int) -> Response:
    """Of what is too old, where `visible` says so only of those tiles; of one, however fresh, with `tile`.

    A page that refreshes by itself says `every` how many seconds.
    """
    dashboard = find_dashboard(session, actor, dashboard_id)
    opened = moment_of(now())
    tiles = newest_version(session, dashboard).tiles
    board = show_board(session, actor, tiles, given_here(), opened)
    number, only = request.values.get("tile", type=int), request.args.get("only", type=int)
    if number is None:
        refresh_due(session, actor, board, {only} if only else _visible(), every_here())
    elif not refresh_tile(session, actor, board, number):
        raise NotFound(f"{dashboard.name} has no tile {number} that can be refreshed.")
    if not is_htmx():
        return go_to(url_for("dashboards.show", dashboard_id=dashboard.id, **address_here(given_here())))
    return _pulse(dashboard, show_again(session, actor, board, given_here()))


@bp.get("/dashboards/<int:dashboard_id>/versions/<int:number>/layout.css")
@guard(Role.VIEWER)
def layout(actor: Actor, session: Session, dashboard_id: int, number: int) -> Response:
    """Where the tiles of a version stand: the page's policy allows no styles of its own."""
    dashboard = find_dashboard(session, actor, dashboard_id)
    response = Response(style_sheet(version_of(session, dashboard, number).tiles), mimetype="text/css")
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


def _pulse(dashboard: Dashboard, board: Board) -> Response:
    view, only = read_view(request.args, dashboard.refresh_s), request.args.get("only", type=int)
    return answer_pulse(
        dashboard,
        board.only(only) if only else board,
        wall=view,
        alone=bool(only),
        place=OwnPlace(dashboard, view, only),
        address=address_here(given_here()),
    )


def answer_pulse(dashboard: Dashboard, board: Board, **context: Any) -> Response:
    """What has changed since the page last looked, and when it has to look again.

    After a save tiles stand elsewhere: the page is another one, and gets nothing but word of that.
    """
    if request.args.get("v", str(dashboard.latest)) != str(dashboard.latest):
        return Response(status=204, headers={"HX-Trigger": "plumb:moved"})
    bodies, states = board.changed_since(request.values.get("seen", ""))
    return page(
        "dashboards/_changes.html",
        dashboard=dashboard,
        board=board,
        bodies=bodies,
        states=states,
        refresh=False,
        **context,
    )


class OwnPlace:
    """The parts of a member's page, or of that of `only` one tile."""

    guest = False

    def __init__(self, dashboard: Dashboard, view: View | None, only: int | None = None) -> None:
        shown = (
            {"v": dashboard.latest, "only": only}
            | (view.address if view else {})
            | address_here(given_here())
        )
        self._said: dict[str, Any] = {"dashboard_id": dashboard.id, **shown}

    def refresh(self, tile: int | None = None) -> str:
        return url_for("dashboards.refresh", tile=tile, **self._said)

    def facts(self, tile: int) -> str:
        return url_for("dashboard_tiles.facts", number=tile, **self._said)

    def pulse(self, opened: datetime) -> str:
        return url_for("dashboards.pulse", at=opened.isoformat(), **self._said)

    def sources(self, run_id: int) -> dict[str, str]:
        return {
            "rows": url_for("runs_api.rows", run_id=run_id),
            "columns": url_for("runs_api.columns", run_id=run_id),
            "points": url_for("thin_api.points", run_id=run_id),
        }


def every_here() -> int:
    """Seconds between the refreshes of a page that asks by itself; 0 for one that does not."""
    return min(max(request.form.get("every", 0, type=int), 0), LATEST_S)


def _visible() -> set[int] | None:
    """Numbers of the tiles that the page's reader sees; None without script, and on a wall: all."""
    text = request.form.get("visible")
    return None if text is None else {int(word) for word in text.split() if word.isdecimal()}


def given_here() -> dict[str, object]:
    return given_of_address(request.args.to_dict(flat=False))


def address_here(given: dict[str, object]) -> dict[str, Any]:
    return dict(address_of_given(given))


def opened_at() -> datetime:
    """The moment at which the page was opened, that its words mean the same as long as it is looked at."""
    present = now()
    try:
        opened = datetime.fromisoformat(request.args.get("at", ""))
        return opened if timedelta(0) <= present - opened <= A_DAY else moment_of(present)
    except (ValueError, TypeError):
        return moment_of(present)
