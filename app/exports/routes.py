"""Downloads from a page: `/runs/42/export.csv`."""

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.core.errors import NotFound
from app.exports.api import download
from app.exports.formats import FORMATS

bp = Blueprint("exports", __name__)


@bp.get("/runs/<int:run_id>/export.<format>")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session, run_id: int, format: str) -> Response:
    if format not in FORMATS:
        raise NotFound(f"Results are exported as {', '.join(FORMATS)}, not as {format}.")
    return download(actor, session, run_id, FORMATS[format])
