"""`/v1/dashboards/ID/walls`: the links that show it on screens."""

from typing import Any

from flask import Blueprint, Response, url_for
from pydantic import Field
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.core.errors import NotFound
from app.dashboards.find import find_dashboard
from app.dashboards.walls.routes import values_in
from app.dashboards.walls.tokens import create_wall, live_walls, revoke_wall
from app.queries.address import address_of_given
from app.runs.freshness.tell import instant
from app.web.api import answer_json
from app.web.forms import Body, read_json

bp = Blueprint("walls_api", __name__, url_prefix="/v1/dashboards/<int:dashboard_id>/walls")


class WallBody(Body):
    """Where it hangs, and the values that it shows for ever."""

    name: str
    parameters: dict[str, Any] = Field(default_factory=dict)


@bp.get("")
@guard(Role.EDITOR)
def index(actor: Actor, session: Session, dashboard_id: int) -> Response:
    dashboard = find_dashboard(session, actor, dashboard_id)
    return answer_json({"walls": [_line(row) for row in live_walls(session, dashboard)]})


@bp.post("")
@guard(Role.EDITOR)
def create(actor: Actor, session: Session, dashboard_id: int) -> Response:
    """201 with `url`, which is told this once."""
    dashboard = find_dashboard(session, actor, dashboard_id)
    body = read_json(WallBody)
    given = address_of_given(body.parameters)
    values = values_in({key: [said] if isinstance(said, str) else said for key, said in given.items()})
    wall, token = create_wall(session, actor, dashboard, body.name, values)
    url = url_for("wall_screens.show", token=token, _external=True)
    return answer_json({"id": wall.id, "name": wall.name, "token": token, "url": url}, 201)


@bp.post("/<int:wall_id>/revocation")
@guard(Role.EDITOR)
def revoke(actor: Actor, session: Session, dashboard_id: int, wall_id: int) -> Response:
    dashboard = find_dashboard(session, actor, dashboard_id)
    if not revoke_wall(session, actor, dashboard, wall_id):
        raise NotFound(f"{dashboard.name} has no link {wall_id} that works.")
    return Response(status=204)


def _line(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "begins_with": row.prefix,
        "values": row.address,
        "made_by": row.made_by,
        "created_at": instant(row.created_at),
        "used_at": instant(row.used_at) if row.used_at else None,
    }
