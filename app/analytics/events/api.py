"""`POST /v1/events`."""

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.analytics.events.read import read_events
from app.analytics.events.take import take_events
from app.web.api import answer_json

bp = Blueprint("events_api", __name__, url_prefix="/v1/events")


@bp.post("")
@guard(Role.EDITOR)
def create(actor: Actor, session: Session) -> Response:
    """201 when something new was stored, 200 when all of it was known."""
    read = read_events(request.get_data(cache=False), request.mimetype)
    taken = take_events(session, actor, read)
    told = {"received": len(read.events), "stored": taken.stored, "duplicates": taken.known}
    return answer_json(told, 201 if taken.stored else 200)
