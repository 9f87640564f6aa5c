"""`/v1/dashboards/ID/versions`: list, read, restore."""

from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.dashboards.find import find_dashboard, version_of
from app.dashboards.models import DashboardVersion
from app.dashboards.save import as_sent
from app.dashboards.versions.find import list_versions
from app.dashboards.versions.restore import restore_version
from app.runs.freshness.tell import instant
from app.web.api import answer_json

bp = Blueprint("dashboard_versions_api", __name__, url_prefix="/v1/dashboards/<int:dashboard_id>/versions")


@bp.get("")
@guard(Role.VIEWER)
def index(actor: Actor, session: Session, dashboard_id: int) -> Response:
    """Newest first; `before` is the number from which to go on."""
    dashboard = find_dashboard(session, actor, dashboard_id)
    listing = list_versions(session, dashboard, request.args.get("before", type=int))
    versions = [
        {
            "version": row.number,
            "tile_count": row.tile_count,
            "saved_by": row.saved_by_name,
            "saved_at": instant(row.saved_at),
        }
        for row in listing.rows
    ]
    return answer_json({"versions": versions, "next": listing.next})


@bp.get("/<int:number>")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session, dashboard_id: int, number: int) -> Response:
    dashboard = find_dashboard(session, actor, dashboard_id)
    return answer_json(_shown(version_of(session, dashboard, number)))


@bp.post("/<int:number>/restoration")
@guard(Role.EDITOR)
def restore(actor: Actor, session: Session, dashboard_id: int, number: int) -> Response:
    dashboard = find_dashboard(session, actor, dashboard_id, lock=True)
    restored = restore_version(session, actor, dashboard, version_of(session, dashboard, number))
    return answer_json(_shown(version_of(session, dashboard, restored.number)), 201)


def _shown(version: DashboardVersion) -> dict[str, Any]:
    return {
        "version": version.number,
        "saved_by": version.author.email,
        "saved_at": instant(version.saved_at),
        "tiles": [tile.model_dump() for tile in as_sent(version)],
    }
