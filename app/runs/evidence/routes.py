"""The button that checks a run's result against its report."""

from flask import Blueprint, Response, url_for
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.runs.evidence.check import check
from app.runs.find import find_run
from app.web.respond import is_htmx, page

bp = Blueprint("evidence", __name__)


@bp.post("/runs/<int:run_id>/verification")
@guard(Role.VIEWER)
def verify(actor: Actor, session: Session, run_id: int) -> Response:
    verdict = check(session, find_run(session, actor, run_id))
    template = "evidence/_verification.html" if is_htmx() else "evidence/verification.html"
    return page(template, verdict=verdict, run_id=run_id, back_url=url_for("runs.show", run_id=run_id))
