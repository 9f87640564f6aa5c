"""The page of usage."""

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.admin.usage.count import SPANS, count_usage
from app.web.respond import is_htmx, page

bp = Blueprint("usage", __name__, url_prefix="/settings/usage")


@bp.get("")
@guard(Role.ADMIN)
def index(actor: Actor, session: Session) -> Response:
    asked = request.args.get("days", "30")
    days = int(asked) if asked in map(str, SPANS) else 30
    return page(
        "admin/usage/_found.html" if is_htmx() else "admin/usage/index.html",
        found=count_usage(session, actor, days),
        days=days,
        spans=list(SPANS.items()),
    )
