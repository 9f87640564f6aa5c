"""The button beside a result that has expired."""

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.runs.find import find_run, find_settled
from app.runs.retention.again import repeat_run
from app.runs.view import context
from app.web.respond import go, is_htmx, page

bp = Blueprint("retention", __name__)

FIRST_LOOK_S = 0.08


@bp.post("/runs/<int:run_id>/repetition")
@guard(Role.VIEWER)
def repeat(actor: Actor, session: Session, run_id: int) -> Response:
    started = repeat_run(session, actor, find_run(session, actor, run_id)).id
    session.commit()
    if not is_htmx():
        return go("runs.show", run_id=started)
    run = find_settled(session, actor, started, FIRST_LOOK_S)
    return page("runs/_run.html", **context(session, actor, run))
