"""`/v1/schedules`: when queries and dashboards are run by themselves, and what came of each due time."""

from collections.abc import Callable

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.core.errors import Invalid
from app.schedules.change import (
    create_schedule,
    delete,
    fetch_schedule,
    pause,
    resume,
)
from app.schedules.find import list_schedules
from app.schedules.forms import LeastBody, NewScheduleBody
from app.schedules.hand import run_now
from app.schedules.history import history
from app.schedules.least import least_minutes, set_least_minutes
from app.schedules.models import Schedule
from app.schedules.tell import instant, tell_refresh, tell_schedule
from app.web.api import answer_json, integer
from app.web.forms import read_json

bp = Blueprint("schedules_api", __name__, url_prefix="/v1/schedules")


@bp.get("")
@guard(Role.VIEWER)
def index(actor: Actor, session: Session) -> Response:
    """With `?failing=1` only those whose last try failed."""
    rows = list_schedules(session, actor, failing=integer("failing", 0) > 0)
    return answer_json(
        {"schedules": [tell_schedule(row.schedule) | {"last_state": row.state} for row in rows]}
    )


@bp.post("")
@guard(Role.EDITOR)
def create(actor: Actor, session: Session) -> Response:
    body = read_json(NewScheduleBody)
    schedule = create_schedule(session, actor, body.query_id, body, dashboard_id=body.dashboard_id)
    session.commit()
    return answer_json(tell_schedule(schedule), 201)


@bp.get("/<int:schedule_id>")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session, schedule_id: int) -> Response:
    return answer_json(tell_schedule(fetch_schedule(session, actor, schedule_id)))


@bp.post("/<int:schedule_id>/deletion")
@guard(Role.EDITOR)
def remove(actor: Actor, session: Session, schedule_id: int) -> Response:
    delete(session, actor, fetch_schedule(session, actor, schedule_id, lock=True))
    session.commit()
    return Response(status=204)


@bp.post("/<int:schedule_id>/pause")
@guard(Role.EDITOR)
def pause_it(actor: Actor, session: Session, schedule_id: int) -> Response:
    return _changed(actor, session, schedule_id, pause)


@bp.post("/<int:schedule_id>/resumption")
@guard(Role.EDITOR)
def resume_it(actor: Actor, session: Session, schedule_id: int) -> Response:
    return _changed(actor, session, schedule_id, resume)


@bp.get("/<int:schedule_id>/refreshes")
@guard(Role.VIEWER)
def refreshes(actor: Actor, session: Session, schedule_id: int) -> Response:
    limit = integer("limit", 100)
    if not 1 <= limit <= 1000:
        raise Invalid(fields={"limit": "Ask for 1 to 1,000."})
    found = history(session, fetch_schedule(session, actor, schedule_id), limit)
    return answer_json({"refreshes": [tell_refresh(line) for line in found]})


@bp.post("/<int:schedule_id>/refreshes")
@guard(Role.EDITOR)
def refresh(actor: Actor, session: Session, schedule_id: int) -> Response:
    made = run_now(session, actor, fetch_schedule(session, actor, schedule_id, lock=True))
    session.commit()
    told = {
        "outcome": made.outcome,
        "reason": made.reason,
        "run_id": made.run_id,
        "due_at": instant(made.due_at),
    }
    return answer_json(told, 202)


@bp.get("/least-interval")
@guard(Role.VIEWER)
def least(actor: Actor, session: Session) -> Response:
    """The fewest minutes between two due times in this org."""
    return answer_json({"minutes": least_minutes(session, actor)})


def _changed(
    actor: Actor, session: Session, schedule_id: int, change: Callable[[Session, Actor, Schedule], None]
) -> Response:
    schedule = fetch_schedule(session, actor, schedule_id, lock=True)
    change(session, actor, schedule)
    session.commit()
    return answer_json(tell_schedule(schedule))


@bp.post("/least-interval")
@guard(Role.ADMIN)
def change_least(actor: Actor, session: Session) -> Response:
    minutes = set_least_minutes(session, actor, read_json(LeastBody).minutes)
    session.commit()
    return answer_json({"minutes": minutes})
