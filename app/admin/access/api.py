"""`/v1/access`: why somebody can, or cannot, see something."""

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.admin.access.explain import explain_access
from app.admin.access.forms import number
from app.web.api import answer_json

bp = Blueprint("access_api", __name__, url_prefix="/v1/access")


@bp.get("")
@guard(Role.ADMIN)
def show(actor: Actor, session: Session) -> Response:
    """`kind` is query, dashboard, datasource or run, `id` its number, `user_id` the person's."""
    given = request.args
    id, user_id = (number(given, name, "Use a whole number.") for name in ("id", "user_id"))
    found = explain_access(session, actor, given.get("kind", ""), id, user_id)
    return answer_json(
        {
            "may_see": found.may,
            "because": found.because,
            "beyond": list(found.beyond),
            "person": found.person,
            "thing": found.thing,
        }
    )
