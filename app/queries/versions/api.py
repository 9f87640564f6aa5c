"""`/v1/queries/{id}/versions`: list, read, restore."""

from typing import Any

from flask import Blueprint, Response, jsonify, request
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.queries.api import parameter_json
from app.queries.declare import declared_of
from app.queries.find import find_query, list_versions, version_of
from app.queries.models import QueryVersion
from app.queries.versions.restore import restore_version

bp = Blueprint("versions_api", __name__, url_prefix="/v1/queries")


@bp.get("/<int:query_id>/versions")
@guard(Role.VIEWER)
def index(actor: Actor, session: Session, query_id: int) -> Response:
    """Newest first; `before` is the number from which to go on."""
    query = find_query(session, actor, query_id)
    before = request.args.get("before", type=int)
    listing = list_versions(session, query, before=before if before is None or before < 2**63 else None)
    versions = [
        {
            "version": row.number,
            "sql": row.sql,
            "datasource": row.datasource_name,
            "saved_by": row.saved_by_name,
            "saved_at": row.saved_at.isoformat().replace("+00:00", "Z"),
        }
        for row in listing.rows
    ]
    return jsonify(versions=versions, next=listing.next)


@bp.get("/<int:query_id>/versions/<int:number>")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session, query_id: int, number: int) -> Response:
    query = find_query(session, actor, query_id)
    return jsonify(_shown(version_of(session, query, number)))


@bp.post("/<int:query_id>/versions/<int:number>/restoration")
@guard(Role.EDITOR)
def restore(actor: Actor, session: Session, query_id: int, number: int) -> Response:
    query = find_query(session, actor, query_id, lock=True)
    restored = restore_version(session, actor, query, version_of(session, query, number))
    response = jsonify(_shown(version_of(session, query, restored.number)))
    response.status_code = 201
    return response


def _shown(version: QueryVersion) -> dict[str, Any]:
    return {
        "version": version.number,
        "datasource_id": version.datasource_id,
        "sql": version.sql,
        "time_zone": version.time_zone,
        "parameters": [parameter_json(item) for item in declared_of(version.parameters)],
        "saved_by": version.author.email,
        "saved_at": version.saved_at.isoformat().replace("+00:00", "Z"),
    }
