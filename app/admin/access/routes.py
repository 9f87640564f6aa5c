"""The page that tells an admin why somebody can, or cannot, see something."""

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.members.find import LONGEST_PAGE, list_members
from app.accounts.models import Role
from app.admin.access.explain import KINDS, explain_access
from app.admin.access.forms import number
from app.core.errors import Invalid, NotFound
from app.web.respond import is_htmx, page

bp = Blueprint("access", __name__, url_prefix="/settings/access")


@bp.get("")
@guard(Role.ADMIN)
def index(actor: Actor, session: Session) -> Response:
    """A thing or a person that is not there is said on the page: it is asked for by its number."""
    given = {name: request.args.get(name, "").strip() for name in ("kind", "id", "user_id")}
    answer, problems = None, {}
    if all(given.values()):
        try:
            id = number(given, "id", "Write its number, as it stands in its address.")
            user_id = number(given, "user_id", "Choose a person.")
            answer = explain_access(session, actor, given["kind"], id, user_id)
        except Invalid as error:
            problems = error.fields
        except NotFound as error:
            problems = {"id": error.detail}
    return page(
        "admin/access/_answer.html" if is_htmx() else "admin/access/index.html",
        422 if problems else 200,
        answer=answer,
        problems=problems,
        given=given,
        kinds=KINDS,
        people=list_members(session, actor, limit=LONGEST_PAGE),
    )
