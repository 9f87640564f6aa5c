"""`/v1/invites`: links that invite people into the org."""

from typing import Any

from flask import Blueprint, Response, url_for
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.invites.forms import InviteForm
from app.accounts.invites.make import invite, open_invites, revoke_invite
from app.accounts.invites.models import Invite
from app.accounts.models import Role
from app.core.errors import NotFound
from app.web.api import answer_json, rfc3339
from app.web.forms import read_json

bp = Blueprint("invites_api", __name__, url_prefix="/v1/invites")


@bp.get("")
@guard(Role.ADMIN)
def index(actor: Actor, session: Session) -> Response:
    """The open ones."""
    return answer_json({"invites": [_told(each) for each in open_invites(session, actor)]})


@bp.post("")
@guard(Role.ADMIN)
def create(actor: Actor, session: Session) -> Response:
    """`url` is told this once."""
    body = read_json(InviteForm)
    made, token = invite(session, actor, body.email, body.role)
    url = url_for("invites.show", token=token, _external=True)
    return answer_json(_told(made) | {"url": url}, 201)


@bp.post("/<int:invite_id>/revocation")
@guard(Role.ADMIN)
def revoke(actor: Actor, session: Session, invite_id: int) -> Response:
    if not revoke_invite(session, actor, invite_id):
        raise NotFound(f"There is no open invite {invite_id} in your organisation.")
    return Response(status=204)


def _told(made: Invite) -> dict[str, Any]:
    return {
        "id": made.id,
        "email": made.email,
        "role": made.role,
        "invited_by": made.invited_by,
        "created_at": rfc3339(made.created_at),
        "expires_at": rfc3339(made.expires_at),
    }
