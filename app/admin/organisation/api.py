"""`/v1/organisation`: its name, and what it decides for all of its people."""

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.admin.organisation.change import change_organisation, settings_of
from app.admin.organisation.forms import OrganisationBody
from app.web.api import answer_json
from app.web.forms import read_json

bp = Blueprint("organisation_api", __name__, url_prefix="/v1")


@bp.get("/organisation")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session) -> Response:
    return _shown(actor, session)


@bp.post("/organisation")
@guard(Role.ADMIN)
def update(actor: Actor, session: Session) -> Response:
    wanted = read_json(OrganisationBody).model_dump(exclude_unset=True)
    if wanted.get("allowed_hosts"):
        wanted["allowed_hosts"] = " ".join(wanted["allowed_hosts"])
    change_organisation(session, actor, wanted)
    return _shown(actor, session)


def _shown(actor: Actor, session: Session) -> Response:
    """Where datasources may be is for admins to know."""
    found = settings_of(session, actor)
    if not actor.may(Role.ADMIN):
        found.pop("allowed_hosts")
    return answer_json({"name": actor.org_name, **found})
