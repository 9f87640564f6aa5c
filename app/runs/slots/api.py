"""`/v1/datasources/ID/slots`: how many runs at once, who holds a slot, who waits."""

from typing import Any

from flask import Blueprint, Response, jsonify
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.datasources.fetch import fetch_live
from app.datasources.models import Datasource
from app.runs.slots.change import change_slots
from app.runs.slots.forms import SlotsBody
from app.runs.slots.overview import Standing, overview
from app.web.forms import read_json

bp = Blueprint("slots_api", __name__, url_prefix="/v1/datasources")


@bp.get("/<int:datasource_id>/slots")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session, datasource_id: int) -> Response:
    return _shown(session, fetch_live(session, actor, datasource_id))


@bp.post("/<int:datasource_id>/slots")
@guard(Role.ADMIN)
def change(actor: Actor, session: Session, datasource_id: int) -> Response:
    datasource = fetch_live(session, actor, datasource_id, lock=True)
    change_slots(session, actor, datasource, read_json(SlotsBody).slots)
    session.commit()
    return _shown(session, datasource)


def _shown(session: Session, datasource: Datasource) -> Response:
    found = overview(session, datasource)
    return jsonify(
        datasource_id=datasource.id,
        slots=found.slots,
        is_default=found.is_default,
        used=len(found.holders),
        holders=[_standing(each) for each in found.holders],
        waiting=found.waiting,
        line=[_standing(each) for each in found.line],
        workers={"capacity": found.workers, "busy": found.busy},
    )


def _standing(each: Standing) -> dict[str, Any]:
    return {
        "run_id": each.run_id,
        "requested_by": each.email,
        "since": each.since.isoformat().replace("+00:00", "Z"),
        "trigger": each.trigger,
    }
