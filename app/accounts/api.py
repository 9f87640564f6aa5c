"""`/v1/organisation`: its name and its time zone."""

from flask import Blueprint, Response, jsonify
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.forms import OrganisationForm
from app.accounts.guard import guard
from app.accounts.models import Role
from app.accounts.organisation import set_time_zone, time_zone_of
from app.web.forms import read_json

bp = Blueprint("organisation_api", __name__, url_prefix="/v1")


@bp.get("/organisation")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session) -> Response:
    return _shown(actor, session)


@bp.post("/organisation")
@guard(Role.ADMIN)
def update(actor: Actor, session: Session) -> Response:
    set_time_zone(session, actor, read_json(OrganisationForm).time_zone)
    return _shown(actor, session)


def _shown(actor: Actor, session: Session) -> Response:
    return jsonify(name=actor.org_name, time_zone=time_zone_of(session, actor))
