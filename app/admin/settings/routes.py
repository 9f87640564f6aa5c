"""The page from which an admin finds all that can be decided."""

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.admin.operators import operates
from app.web.respond import page

bp = Blueprint("settings", __name__)


@bp.get("/settings")
@guard(Role.ADMIN)
def index(actor: Actor, session: Session) -> Response:
    return page("admin/settings/index.html", operates=operates(session, actor))
