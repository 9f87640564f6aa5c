"""A parameter's field with the choices that a query gives; it asks again until they are there."""

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.core.errors import Invalid
from app.datasources.connectors.base import ValueKind
from app.queries.forms import given_in
from app.queries.parameters import CHOICE_TYPES
from app.runs.choices.offer import offer
from app.web.respond import page

bp = Blueprint("choices", __name__)


@bp.post("/queries/<int:query_id>/choices")
@guard(Role.VIEWER)
def create(actor: Actor, session: Session, query_id: int) -> Response:
    """`for` is the parameter whose field this is, among the form's `param.NAME.*`."""
    given = given_in(request.form)
    name = request.form.get("for", "")
    chosen = given.pop(name, None)
    of = request.form.get("of", "text")
    if of not in CHOICE_TYPES:
        raise Invalid(fields={"of": f"Choose one of {', '.join(CHOICE_TYPES)}."})
    return page(
        "runs/choices/_field.html",
        offer=offer(session, actor, query_id, ValueKind(of), given, request.form.get("run", type=int)),
        query_id=query_id,
        name=name,
        of=of,
        many=request.form.get("kind") == "choices",
        label=request.form.get("label", "") or name,
        required=bool(request.form.get("required")),
        chosen=chosen if isinstance(chosen, list) else [chosen] if chosen else [],
    )
