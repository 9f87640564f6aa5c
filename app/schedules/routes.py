"""Pages about schedules: of the org, and one with its ledger and what can be done with it."""

from flask import Blueprint, Response, flash, request
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role, User
from app.core.errors import Invalid
from app.schedules.calendar import calendar
from app.schedules.change import (
    delete,
    fetch_schedule,
    pause,
    resume,
    rule_of_schedule,
)
from app.schedules.due import next_times
from app.schedules.find import list_schedules
from app.schedules.forms import LeastBody
from app.schedules.hand import run_now
from app.schedules.history import history
from app.schedules.least import least_minutes, set_least_minutes
from app.schedules.models import Schedule
from app.schedules.standing import Standing, standings
from app.schedules.subject import name_of
from app.schedules.words import in_words
from app.web.forms import Form, read_form
from app.web.respond import go, page

bp = Blueprint("schedules", __name__)


@bp.get("/schedules")
@guard(Role.VIEWER)
def index(actor: Actor, session: Session) -> Response:
    """With `?failing` only those whose last try failed."""
    return _index(actor, session)


@bp.post("/schedules/least-interval")
@guard(Role.ADMIN)
def change_least(actor: Actor, session: Session) -> Response:
    form = read_form(LeastBody)
    try:
        if form.data:
            minutes = set_least_minutes(session, actor, form.data.minutes)
            session.commit()
            flash(f"From now on schedules are at least {minutes:,} minutes apart.", "success")
            return go("schedules.index")
    except Invalid as error:
        form.errors |= error.fields
    return _index(actor, session, form, 422)


@bp.get("/schedules/<int:schedule_id>")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session, schedule_id: int) -> Response:
    schedule = fetch_schedule(session, actor, schedule_id)
    return page(
        "schedules/show.html",
        schedule=schedule,
        name=name_of(session, schedule),
        creator=session.get_one(User, schedule.created_by),
        pauser=session.get(User, schedule.paused_by) if schedule.paused_by else None,
        in_words=in_words,
        standing=standings(session, [schedule.id]).get(schedule.id, Standing()),
        lines=history(session, schedule),
        days=calendar(session, [schedule.id], schedule.time_zone),
        times=next_times(rule_of_schedule(schedule)),
    )


@bp.post("/schedules/<int:schedule_id>/pause")
@guard(Role.EDITOR)
def pause_it(actor: Actor, session: Session, schedule_id: int) -> Response:
    pause(session, actor, _locked(actor, session, schedule_id))
    session.commit()
    return go("schedules.show", schedule_id=schedule_id)


@bp.post("/schedules/<int:schedule_id>/resumption")
@guard(Role.EDITOR)
def resume_it(actor: Actor, session: Session, schedule_id: int) -> Response:
    resume(session, actor, _locked(actor, session, schedule_id))
    session.commit()
    return go("schedules.show", schedule_id=schedule_id)


@bp.post("/schedules/<int:schedule_id>/refreshes")
@guard(Role.EDITOR)
def refresh(actor: Actor, session: Session, schedule_id: int) -> Response:
    made = run_now(session, actor, _locked(actor, session, schedule_id))
    session.commit()
    flash(made.reason or "It runs now.", "info" if made.reason else "success")
    return go("schedules.show", schedule_id=schedule_id)


@bp.post("/schedules/<int:schedule_id>/deletion")
@guard(Role.EDITOR)
def delete_it(actor: Actor, session: Session, schedule_id: int) -> Response:
    schedule = _locked(actor, session, schedule_id)
    delete(session, actor, schedule)
    session.commit()
    flash("The schedule is deleted. Its runs stay.", "success")
    return go("schedules.index")


def _index(
    actor: Actor, session: Session, form: Form[LeastBody] | None = None, status: int = 200
) -> Response:
    only_failing = "failing" in request.args
    return page(
        "schedules/index.html",
        status,
        rows=list_schedules(session, actor, failing=only_failing),
        only_failing=only_failing,
        least=least_minutes(session, actor),
        form=form,
        in_words=in_words,
    )


def _locked(actor: Actor, session: Session, schedule_id: int) -> Schedule:
    return fetch_schedule(session, actor, schedule_id, lock=True)
