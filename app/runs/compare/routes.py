"""The button that runs again and compares, and the page that tells."""

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.runs.compare.ask import ask_again
from app.runs.compare.explain import WORDS
from app.runs.compare.tell import find_comparison, tell
from app.runs.find import find_run
from app.runs.models import Trigger
from app.runs.view import poll_ms
from app.web.respond import go, is_htmx, page

bp = Blueprint("compare", __name__)


@bp.post("/runs/<int:run_id>/comparison")
@guard(Role.VIEWER)
def create(actor: Actor, session: Session, run_id: int) -> Response:
    comparison = ask_again(session, actor, find_run(session, actor, run_id), Trigger.PERSON)
    session.commit()
    return go("compare.show", run_id=run_id, other_id=comparison.other_id)


@bp.get("/runs/<int:run_id>/comparison/<int:other_id>")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session, run_id: int, other_id: int) -> Response:
    told = tell(session, actor, find_comparison(session, actor, run_id, other_id))
    template = "runs/compare/_comparison.html" if is_htmx() else "runs/compare/show.html"
    return page(template, told=told, words=WORDS, poll_ms=poll_ms(told.other))
