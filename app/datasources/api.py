"""`/v1/datasources`: list, read, create, test. Secrets go in and never come out."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.datasources.check import check_connection, check_stored
from app.datasources.connection import public_fields
from app.datasources.connectors.base import Check
from app.datasources.fetch import fetch_live, live_datasources
from app.datasources.forms import DatasourceBody, PauseBody
from app.datasources.models import Datasource
from app.datasources.pause import pause_datasource, resume_datasource
from app.datasources.save import save_new
from app.web.forms import read_json

bp = Blueprint("datasources_api", __name__, url_prefix="/v1/datasources")


@bp.get("")
@guard(Role.VIEWER)
def index(actor: Actor, session: Session) -> Response:
    return jsonify(datasources=[_shown(actor, each) for each in live_datasources(session, actor)])


@bp.post("")
@guard(Role.ADMIN)
def create(actor: Actor, session: Session) -> Response:
    """A server that is away does not stop a script: 201, and `check` says what the test found."""
    datasource, check = save_new(session, actor, read_json(DatasourceBody).details())
    response = jsonify(_shown(actor, datasource) | {"check": _outcome(check)})
    response.status_code = 201
    response.headers["Location"] = f"/v1/datasources/{datasource.id}"
    return response


@bp.get("/<int:datasource_id>")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session, datasource_id: int) -> Response:
    return jsonify(_shown(actor, fetch_live(session, actor, datasource_id)))


@bp.post("/<int:datasource_id>/test")
@guard(Role.ADMIN)
def check_saved(actor: Actor, session: Session, datasource_id: int) -> Response:
    return jsonify(_outcome(check_stored(fetch_live(session, actor, datasource_id))))


@bp.post("/test")
@guard(Role.ADMIN)
def check_unsaved(actor: Actor, session: Session) -> Response:
    details = read_json(DatasourceBody).details()
    check = check_connection(
        session, actor, details.kind, details.connection, allow_superuser=details.allow_superuser
    )
    return jsonify(_outcome(check))


@bp.post("/<int:datasource_id>/pause")
@guard(Role.ADMIN)
def pause(actor: Actor, session: Session, datasource_id: int) -> Response:
    datasource = fetch_live(session, actor, datasource_id, lock=True)
    pause_datasource(session, actor, datasource, read_json(PauseBody).reason)
    return jsonify(_shown(actor, datasource))


@bp.post("/<int:datasource_id>/resumption")
@guard(Role.ADMIN)
def resume(actor: Actor, session: Session, datasource_id: int) -> Response:
    datasource = fetch_live(session, actor, datasource_id, lock=True)
    resume_datasource(session, actor, datasource)
    return jsonify(_shown(actor, datasource))


def _shown(actor: Actor, datasource: Datasource) -> dict[str, Any]:
    """Viewers see names only."""
    shown = public_fields(datasource) if actor.may(Role.EDITOR) else {}
    return shown | {
        "id": datasource.id,
        "kind": datasource.kind,
        "name": datasource.name,
        "created_at": datasource.created_at.isoformat(),
        "changed_at": datasource.changed_at.isoformat(),
        "paused": datasource.paused_reason,
    }


def _outcome(check: Check) -> dict[str, Any]:
    return asdict(check) | {"warnings": list(check.warnings)}
