"""`/v1/queries/{id}/parameters/{name}/choices`: what may be chosen now."""

from typing import Any

from flask import Blueprint, Response, jsonify
from pydantic import Field
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.core.errors import Conflict, NotFound
from app.queries.declare import declared_of
from app.queries.find import find_query, newest_version
from app.runs.choices.offer import Offer, OfferState, offer
from app.web.forms import Body, read_json

bp = Blueprint("choices_api", __name__, url_prefix="/v1/queries")


class ChoicesBody(Body):
    """Values of the parameters on which the choices depend, and the run of an answer that said waiting."""

    parameters: dict[str, Any] = Field(default_factory=dict)
    run_id: int | None = None


@bp.post("/<int:query_id>/parameters/<name>/choices")
@guard(Role.VIEWER)
def create(actor: Actor, session: Session, query_id: int, name: str) -> Response:
    """202 with the run that will tell, while there is no list that is fresh enough."""
    body = read_json(ChoicesBody)
    version = newest_version(session, find_query(session, actor, query_id))
    item = next((each for each in declared_of(version.parameters) if each.name == name), None)
    if item is None or not item.kind.is_choice:
        raise NotFound(f"The query has no choice {name}.")
    if item.choices_from is None:
        found = Offer(OfferState.READY, item.choices)
    else:
        found = offer(session, actor, item.choices_from, item.of, body.parameters, body.run_id)
    if found.problem:
        raise Conflict(found.problem)
    response = jsonify(
        state=found.state,
        choices=[{"value": choice.value, "name": choice.label or choice.value} for choice in found.choices],
        note=found.note,
        run_id=found.run_id,
    )
    response.status_code = 200 if found.state is OfferState.READY else 202
    return response
