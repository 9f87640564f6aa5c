"""The schedules of one query or one dashboard, with the form that sets another, and what its page shows."""

from typing import Any

from flask import Blueprint, Response, flash, request
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.accounts.organisation import time_zone_of
from app.core.clock import now
from app.core.errors import Invalid
from app.schedules.calendar import calendar
from app.schedules.change import create_schedule
from app.schedules.due import next_times
from app.schedules.find import list_schedules
from app.schedules.forms import ScheduleBody, rule_of
from app.schedules.least import least_minutes
from app.schedules.subject import Subject, find_subject
from app.schedules.words import in_words
from app.web.forms import Form, read_form
from app.web.respond import go, page

bp = Blueprint("schedule_setting", __name__)

VALUE = "parameters."


@bp.get("/queries/<int:query_id>/schedules")
@bp.get("/dashboards/<int:dashboard_id>/schedules")
@guard(Role.VIEWER)
def show(
    actor: Actor, session: Session, query_id: int | None = None, dashboard_id: int | None = None
) -> Response:
    return _shown(actor, session, find_subject(session, actor, query_id, dashboard_id))


@bp.get("/queries/<int:query_id>/schedules/strip")
@bp.get("/dashboards/<int:dashboard_id>/schedules/strip")
@guard(Role.VIEWER)
def strip(
    actor: Actor, session: Session, query_id: int | None = None, dashboard_id: int | None = None
) -> Response:
    """What the page of the query or dashboard shows of them; nothing where there are none."""
    subject = find_subject(session, actor, query_id, dashboard_id)
    rows = list_schedules(session, actor, query_id, dashboard_id)
    days = calendar(session, [row.schedule.id for row in rows], time_zone_of(session, actor))
    return page("schedules/_strip_of.html", subject=subject, rows=rows, days=days, in_words=in_words)


@bp.post("/queries/<int:query_id>/schedules")
@bp.post("/dashboards/<int:dashboard_id>/schedules")
@guard(Role.EDITOR)
def create(
    actor: Actor, session: Session, query_id: int | None = None, dashboard_id: int | None = None
) -> Response:
    subject = find_subject(session, actor, query_id, dashboard_id)
    form = _read()
    try:
        if form.data:
            schedule = create_schedule(session, actor, query_id, form.data, dashboard_id=dashboard_id)
            session.commit()
            flash("The schedule is set.", "success")
            return go("schedules.show", schedule_id=schedule.id)
    except Invalid as error:
        form.errors |= error.fields
    return _shown(actor, session, subject, form, 422)


@bp.post("/queries/<int:query_id>/schedules/preview")
@bp.post("/dashboards/<int:dashboard_id>/schedules/preview")
@guard(Role.EDITOR)
def preview(
    actor: Actor, session: Session, query_id: int | None = None, dashboard_id: int | None = None
) -> Response:
    """The next due times of what stands in the form, or what is wrong with it."""
    find_subject(session, actor, query_id, dashboard_id)
    form = _read()
    times: list[Any] = []
    try:
        if form.data:
            times = next_times(rule_of(form.data, now(), least_minutes(session, actor)))
    except Invalid as error:
        form.errors |= error.fields
    return page("schedules/_next.html", times=times, problem=" ".join(form.errors.values()))


def _shown(
    actor: Actor,
    session: Session,
    subject: Subject,
    form: Form[ScheduleBody] | None = None,
    status: int = 200,
) -> Response:
    query_id, dashboard_id = (subject.id if subject.kind == kind else None for kind in ("query", "dashboard"))
    return page(
        "schedules/setting.html",
        status,
        subject=subject,
        rows=list_schedules(session, actor, query_id, dashboard_id),
        form=form,
        zone=time_zone_of(session, actor),
        in_words=in_words,
    )


def _read() -> Form[ScheduleBody]:
    """The form; what stands in `parameters.NAME` is a value, an empty field the default."""
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
