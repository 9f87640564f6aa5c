"""What hangs: a dashboard behind a link of its own, `/wall/TOKEN`."""

from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.errors import NotFound
from app.dashboards.find import find_dashboard, newest_version, version_of
from app.dashboards.layout import style_sheet
from app.dashboards.markdown import as_html
from app.dashboards.models import Dashboard
from app.dashboards.refresh import refresh_due
from app.dashboards.routes import answer_pulse, every_here, opened_at
from app.dashboards.show import show_board
from app.dashboards.targets import moment_of
from app.dashboards.walls.screen.guard import wall_guard
from app.dashboards.walls.tokens import Wall, is_marked, mark_of
from app.dashboards.walls.view import View, read_view
from app.queries.address import given_of_address
from app.runs.api import tell_columns, tell_rows
from app.runs.thin.api import tell_points
from app.web.respond import page

bp = Blueprint("wall_screens", __name__, url_prefix="/wall/<token>")
TELL = {"rows": tell_rows, "columns": tell_columns, "points": tell_points}


class WallPlace:
    """The parts of a wall's page, below its token. A guest sees no annotations: those are another query's."""

    guest = True

    def __init__(self, wall: Wall, token: str, version: int, view: View) -> None:
        self._wall, self._token = wall, token
        self._more: dict[str, Any] = {"v": version} | view.address

    def refresh(self, tile: int | None = None) -> str:
        return url_for("wall_screens.refresh", token=self._token, **self._more)

    def pulse(self, opened: datetime) -> str:
        return url_for("wall_screens.pulse", token=self._token, at=opened.isoformat(), **self._more)

    def sources(self, run_id: int) -> dict[str, str]:
        mark = mark_of(self._wall, run_id)
        return {
            part: url_for("wall_screens.result", token=self._token, run_id=run_id, mark=mark, part=part)
            for part in TELL
        }


@bp.get("")
@wall_guard
def show(wall: Wall, session: Session, token: str) -> Response:
    dashboard, view = _opened(wall, session)
    version = newest_version(session, dashboard)
    board = show_board(session, wall.actor, version.tiles, _given(wall), moment_of(now()))
    return page(
        "dashboards/wall.html",
        dashboard=dashboard,
        version=version,
        board=board,
        as_html=as_html,
        refresh=bool(board.due),
        wall=view,
        place=WallPlace(wall, token, version.number, view),
        layout=url_for("wall_screens.layout", token=token, number=version.number),
    )


@bp.get("/pulse")
@wall_guard
def pulse(wall: Wall, session: Session, token: str) -> Response:
    return _pulse(wall, session, token, opened_at())


@bp.post("/refreshes")
@wall_guard
def refresh(wall: Wall, session: Session, token: str) -> Response:
    """Of what is too old, with the values that the link was made with."""
    dashboard, _ = _opened(wall, session)
    opened = moment_of(now())
    tiles = newest_version(session, dashboard).tiles
    board = show_board(session, wall.actor, tiles, _given(wall), opened)
    refresh_due(session, wall.actor, board, every_s=every_here())
    return _pulse(wall, session, token, opened)


@bp.get("/versions/<int:number>/layout.css")
@wall_guard
def layout(wall: Wall, session: Session, token: str, number: int) -> Response:
    dashboard, _ = _opened(wall, session)
    return Response(style_sheet(version_of(session, dashboard, number).tiles), mimetype="text/css")


@bp.get("/runs/<int:run_id>/<mark>/<part>")
@wall_guard
def result(wall: Wall, session: Session, token: str, run_id: int, mark: str, part: str) -> Response:
    """Rows of a run that this wall has shown: its page marked the address."""
    if part not in TELL or not is_marked(wall, run_id, mark):
        raise NotFound("This wall shows no such run.")
    return TELL[part](wall.actor, session, run_id)


def _pulse(wall: Wall, session: Session, token: str, opened: datetime) -> Response:
    dashboard, view = _opened(wall, session)
    version = newest_version(session, dashboard)
    board = show_board(session, wall.actor, version.tiles, _given(wall), opened)
    place = WallPlace(wall, token, version.number, view)
    return answer_pulse(dashboard, board, wall=view, place=place)


def _opened(wall: Wall, session: Session) -> tuple[Dashboard, View]:
    dashboard = find_dashboard(session, wall.actor, wall.dashboard_id)
    view = read_view({"wall": ""} | request.args.to_dict(), dashboard.refresh_s)
    assert view is not None
    return dashboard, view


def _given(wall: Wall) -> dict[str, Any]:
    return given_of_address(parse_qs(wall.address, keep_blank_values=True))
