"""Pages about schedules: of the org, of a query with the form, and one with its ledger."""

from collections.abc import Callable
from itertools import islice
from typing import Any

from flask import Blueprint, Response, flash, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Org, Role, User
from app.core.clock import now
from app.core.errors import Invalid
from app.core.zones import on_the_wall
from app.queries.find import find_query, newest_version
from app.queries.models import Query
from app.schedules.change import (
    create_schedule,
    delete,
    fetch_schedule,
    pause,
    resume,
    rule_of_schedule,
)
from app.schedules.decide import PATIENCE, failures_in_a_row
from app.schedules.due import Rule, due_after
from app.schedules.find import history, list_schedules
from app.schedules.forms import ScheduleBody, rule_of
from app.schedules.hand import run_now
from app.schedules.models import Schedule
from app.schedules.words import in_words
from app.web.forms import Form, read_form
from app.web.respond import go, page

bp = Blueprint("schedules", __name__)

VALUE = "parameters."


@bp.get("/schedules")
@guard(Role.VIEWER)
def index(actor: Actor, session: Session) -> Response:
    return page("schedules/index.html", rows=list_schedules(session, actor), in_words=in_words)


@bp.get("/queries/<int:query_id>/schedules")
@guard(Role.VIEWER)
def of_query(actor: Actor, session: Session, query_id: int) -> Response:
    return _of_query(actor, session, query_id)


@bp.post("/queries/<int:query_id>/schedules")
@guard(Role.EDITOR)
def create(actor: Actor, session: Session, query_id: int) -> Response:
    find_query(session, actor, query_id)
    form = _read()
    try:
        if form.data:
            schedule = create_schedule(session, actor, query_id, form.data)
            session.commit()
            flash("The schedule is set.", "success")
            return go("schedules.show", schedule_id=schedule.id)
    except Invalid as error:
        form.errors |= error.fields
    return _of_query(actor, session, query_id, form, 422)


@bp.post("/queries/<int:query_id>/schedules/preview")
@guard(Role.EDITOR)
def preview(actor: Actor, session: Session, query_id: int) -> Response:
    """The next due times of what stands in the form, or what is wrong with it."""
    find_query(session, actor, query_id)
    form = _read()
    times: list[Any] = []
    try:
        if form.data:
            times = _next_times(rule_of(form.data, now()))
    except Invalid as error:
        form.errors |= error.fields
    return page("schedules/_next.html", times=times, problem=" ".join(form.errors.values()))


@bp.get("/schedules/<int:schedule_id>")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session, schedule_id: int) -> Response:
    schedule = fetch_schedule(session, actor, schedule_id)
    failures, _ = failures_in_a_row(session, schedule)
    return page(
        "schedules/show.html",
        schedule=schedule,
        query=session.get_one(Query, schedule.query_id),
        pauser=session.get(User, schedule.paused_by) if schedule.paused_by else None,
        words=in_words(schedule),
        failures=failures,
        backs_off=failures >= PATIENCE,
        refreshes=history(session, schedule),
        times=_next_times(rule_of_schedule(schedule)),
    )


@bp.post("/schedules/<int:schedule_id>/pause")
@guard(Role.EDITOR)
def pause_it(actor: Actor, session: Session, schedule_id: int) -> Response:
    return _changed(actor, session, schedule_id, pause)


@bp.post("/schedules/<int:schedule_id>/resumption")
@guard(Role.EDITOR)
def resume_it(actor: Actor, session: Session, schedule_id: int) -> Response:
    return _changed(actor, session, schedule_id, resume)


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


def _of_query(
    actor: Actor,
    session: Session,
    query_id: int,
    form: Form[ScheduleBody] | None = None,
    status: int = 200,
) -> Response:
    query = find_query(session, actor, query_id)
    return page(
        "schedules/of_query.html",
        status,
        query=query,
        parameters=newest_version(session, query).parameters,
        rows=list_schedules(session, actor, query.id),
        form=form,
        zone=session.scalars(select(Org.time_zone).where(Org.id == actor.org_id)).one(),
        in_words=in_words,
    )


def _read() -> Form[ScheduleBody]:
    """The form; what stands in `parameters.NAME` is a value, an empty field the query's default."""
    plain = {name: text for name, text in request.form.items() if not name.startswith(VALUE)}
    form = read_form(ScheduleBody, plain)
    given = {
        name.removeprefix(VALUE): text
        for name, text in request.form.items()
        if name.startswith(VALUE) and text
    }
    form.values = request.form.to_dict()
    if form.data:
        form.data.parameters = given
    return form


def _next_times(rule: Rule) -> list[Any]:
    return [on_the_wall(due, rule.zone) for due in islice(due_after(rule, now()), 5)]


def _changed(
    actor: Actor, session: Session, schedule_id: int, change: Callable[[Session, Actor, Schedule], None]
) -> Response:
    change(session, actor, _locked(actor, session, schedule_id))
    session.commit()
    return go("schedules.show", schedule_id=schedule_id)


def _locked(actor: Actor, session: Session, schedule_id: int) -> Schedule:
    return fetch_schedule(session, actor, schedule_id, lock=True)
