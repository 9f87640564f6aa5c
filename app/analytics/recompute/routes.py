"""Pages of recomputations: the list with its form, and one with what it changed."""

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.analytics.buckets import today
from app.analytics.models import RecomputeState
from app.analytics.recompute.ask import RecomputeBody, ask_recompute
from app.analytics.recompute.check import check_recompute
from app.analytics.recompute.find import find_evidence, find_recompute, list_changes, list_recomputes
from app.analytics.reports.shipped import KINDS
from app.core.errors import Conflict, Invalid
from app.evidence.words import told
from app.web.forms import Form, read_form
from app.web.respond import go, is_htmx, page

bp = Blueprint("recomputations", __name__, url_prefix="/events/recomputations")

PAGE = 50


@bp.get("")
@guard(Role.VIEWER)
def index(actor: Actor, session: Session) -> Response:
    return _list(actor, session)


@bp.post("")
@guard(Role.EDITOR)
def create(actor: Actor, session: Session) -> Response:
    form = read_form(RecomputeBody)
    try:
        if form.data:
            run = ask_recompute(session, actor, form.data, "person")
            session.commit()
            return go("recomputations.show", run_id=run.id)
    except (Invalid, Conflict) as error:
        form.errors |= error.fields
    session.rollback()
    return _list(actor, session, form)


@bp.get("/<int:run_id>")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session, run_id: int) -> Response:
    run = find_recompute(session, actor, run_id)
    offset = _number("offset")
    changes = list_changes(session, run, PAGE + 1, offset)
    settled = RecomputeState(run.state).settled
    template = "_run.html" if is_htmx() else "show.html"
    return page(
        f"analytics/recompute/{template}",
        run=run,
        changes=changes[:PAGE],
        offset=offset,
        earlier_url=url_for(".show", run_id=run.id, offset=max(0, offset - PAGE)) if offset else None,
        later_url=url_for(".show", run_id=run.id, offset=offset + PAGE) if len(changes) > PAGE else None,
        evidence=told(find_evidence(session, run)) if settled else None,
    )


@bp.post("/<int:run_id>/verification")
@guard(Role.VIEWER)
def verify(actor: Actor, session: Session, run_id: int) -> Response:
    verdict = check_recompute(session, find_recompute(session, actor, run_id))
    template = "evidence/_verification.html" if is_htmx() else "evidence/verification.html"
    return page(template, verdict=verdict, run_id=run_id, back_url=url_for(".show", run_id=run_id))


def _list(actor: Actor, session: Session, form: Form[RecomputeBody] | None = None) -> Response:
    by_people = request.args.get("by") == "people"
    before = _number("before") or None
    runs = list_recomputes(session, actor, PAGE + 1, before, by_people=by_people)
    by = "people" if by_people else None
    return page(
        "analytics/recompute/index.html",
        422 if form is not None else 200,
        runs=runs[:PAGE],
        form=form,
        reports=[(kind.slug, kind.name) for kind in KINDS.values()],
        by_people=by_people,
        today=today(),
        newest_url=url_for(".index", by=by) if before else None,
        older_url=url_for(".index", by=by, before=runs[PAGE - 1].id) if len(runs) > PAGE else None,
    )


def _number(name: str) -> int:
    """0 for what is none: a page shows its beginning then."""
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
