"""`/v1/dashboards`: list, create, read with the state of each tile, save, archive."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from pydantic import Field
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.core.clock import now
from app.dashboards.board import Board
from app.dashboards.check import TileBody
from app.dashboards.find import dashboards, find_dashboard, newest_version
from app.dashboards.models import DASHBOARDS, Dashboard
from app.dashboards.refresh import refresh_due
from app.dashboards.reported.shown import ShownReport
from app.dashboards.reported.tell import tell_report
from app.dashboards.save import create_dashboard, save_version, tile_as_sent
from app.dashboards.show import show_again, show_board
from app.dashboards.shown import Shown
from app.dashboards.targets import moment_of
from app.queries.address import given_of_address
from app.queries.given import default_of
from app.queries.widgets import Widget
from app.runs.freshness.tell import failing_json, instant
from app.saved.api import add_api, marks
from app.web.api import answer_json
from app.web.forms import Body, read_json

bp = Blueprint("dashboards_api", __name__, url_prefix="/v1/dashboards")
add_api(bp, DASHBOARDS, dashboards, lambda row: {"tile_count": row.tile_count})


class DashboardBody(Body):
    """`based_on` is the version that was edited; a new dashboard has none."""

    name: str
    description: str = ""
    tiles: list[TileBody] = Field(default_factory=list)
    refresh_s: int | None = None


class VersionBody(DashboardBody):
    based_on: int


@bp.post("")
@guard(Role.EDITOR)
def create(actor: Actor, session: Session) -> Response:
    body = read_json(DashboardBody)
    dashboard = create_dashboard(
        session,
        actor,
        name=body.name,
        description=body.description,
        tiles=body.tiles,
        refresh_s=body.refresh_s,
    )
    response = answer_json(_shown(session, actor, dashboard), 201)
    response.headers["Location"] = url_for("dashboards_api.show", dashboard_id=dashboard.id)
    return response


@bp.get("/<int:dashboard_id>")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session, dashboard_id: int) -> Response:
    """With values as in the page's address, `?p.period=last 7 days`."""
    return answer_json(_shown(session, actor, find_dashboard(session, actor, dashboard_id)))


@bp.post("/<int:dashboard_id>")
@guard(Role.EDITOR)
def update(actor: Actor, session: Session, dashboard_id: int) -> Response:
    dashboard = find_dashboard(session, actor, dashboard_id, lock=True)
    body = read_json(VersionBody)
    save_version(
        session,
        actor,
        dashboard,
        name=body.name,
        description=body.description,
        tiles=body.tiles,
        based_on=body.based_on,
        refresh_s=body.refresh_s,
    )
    return answer_json(_shown(session, actor, dashboard))


@bp.post("/<int:dashboard_id>/refreshes")
@guard(Role.VIEWER)
def refresh(actor: Actor, session: Session, dashboard_id: int) -> Response:
    """Of the tiles that are too old: 202 with `asked`, how many different questions were asked."""
    dashboard = find_dashboard(session, actor, dashboard_id)
    board = _board(session, actor, dashboard)
    asked = refresh_due(session, actor, board)
    if asked:
        board = show_again(session, actor, board, _given())
    return answer_json({"asked": asked} | _shown(session, actor, dashboard, board), 202)


def _board(session: Session, actor: Actor, dashboard: Dashboard) -> Board:
    tiles = newest_version(session, dashboard).tiles
    return show_board(session, actor, tiles, _given(), moment_of(now()))


def _given() -> dict[str, object]:
    return given_of_address(request.args.to_dict(flat=False))


def _shown(
    session: Session, actor: Actor, dashboard: Dashboard, board: Board | None = None
) -> dict[str, Any]:
    board = board or _board(session, actor, dashboard)
    return {
        "id": dashboard.id,
        "name": dashboard.name,
        "description": dashboard.description,
        "version": dashboard.latest,
        "refresh_s": dashboard.refresh_s,
        "state": board.worst,
        "parameters": [_parameter(widget) for widget in board.widgets],
        "tiles": [_tile(shown) for shown in board.tiles],
        "created_at": instant(dashboard.created_at),
        "changed_at": instant(dashboard.changed_at),
        **marks(session, actor, DASHBOARDS, dashboard),
    }


def _tile(shown: Shown) -> dict[str, Any]:
    good, moving = shown.stored.good, shown.stored.moving
    said = tile_as_sent(shown.tile).model_dump()
    if not shown.is_drawn:
        return said
    said |= {"state": shown.state, "problem": shown.problem}
    if isinstance(shown, ShownReport):
        return said | tell_report(shown)
    return said | {
        "run_id": shown.run_id,
        "window": dict(shown.window.bounds) if shown.window else None,
        "as_of": instant(good.as_of) if good else None,
        "row_count": good.row_count if good else None,
        "truncated_by": good.truncated_by if good else None,
        "events_up_to": good.events_up_to if good else None,
        "moving_run_id": moving.run_id if moving else None,
        "failing": failing_json(shown.stored.failing),
    }


def _parameter(widget: Widget) -> dict[str, Any]:
    """One of the dashboard's own; `value` is given as `?p.NAME=`."""
    item = widget.item
    return {"name": item.name, "kind": item.kind, "label": item.label, "default": default_of(item)}
