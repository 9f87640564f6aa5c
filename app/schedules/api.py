"""`/v1/schedules`: when queries run by themselves, and what came of each due time."""

from collections.abc import Callable
from datetime import datetime
from itertools import islice
from typing import Any

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.core.clock import now
from app.core.errors import Invalid
from app.schedules.change import (
    create_schedule,
    delete,
    fetch_schedule,
    pause,
    resume,
    rule_of_schedule,
)
from app.schedules.due import due_after
from app.schedules.find import history, list_schedules
from app.schedules.forms import NewScheduleBody
from app.schedules.hand import run_now
from app.schedules.models import Schedule
from app.schedules.words import in_words
from app.web.api import answer_json, integer
from app.web.forms import read_json

bp = Blueprint("schedules_api", __name__, url_prefix="/v1/schedules")


@bp.get("")
@guard(Role.VIEWER)
def index(actor: Actor, session: Session) -> Response:
    rows = list_schedules(session, actor)
    return answer_json(
        {"schedules": [_told(schedule) | {"last_state": state} for schedule, state, _ in rows]}
    )


@bp.post("")
@guard(Role.EDITOR)
def create(actor: Actor, session: Session) -> Response:
    body = read_json(NewScheduleBody)
    schedule = create_schedule(session, actor, body.query_id, body)
    session.commit()
    return answer_json(_told(schedule), 201)


@bp.get("/<int:schedule_id>")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session, schedule_id: int) -> Response:
    return answer_json(_told(fetch_schedule(session, actor, schedule_id)))


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
    return answer_json({"refreshes": [each | {"due_at": _time(each["due_at"])} for each in found]})


@bp.post("/<int:schedule_id>/refreshes")
@guard(Role.EDITOR)
def refresh(actor: Actor, session: Session, schedule_id: int) -> Response:
    made = run_now(session, actor, fetch_schedule(session, actor, schedule_id, lock=True))
    session.commit()
    told = {
        "outcome": made.outcome,
        "reason": made.reason,
        "run_id": made.run_id,
        "due_at": _time(made.due_at),
    }
    return answer_json(told, 202)


def _changed(
    actor: Actor, session: Session, schedule_id: int, change: Callable[[Session, Actor, Schedule], None]
) -> Response:
    schedule = fetch_schedule(session, actor, schedule_id, lock=True)
    change(session, actor, schedule)
    session.commit()
    return answer_json(_told(schedule))


def _told(schedule: Schedule) -> dict[str, Any]:
    rule = rule_of_schedule(schedule)
    return {
        "id": schedule.id,
        "query_id": schedule.query_id,
        "words": in_words(schedule),
        "every_minutes": schedule.every_minutes,
        "cron": schedule.cron,
        "time_zone": schedule.time_zone,
        "starts_at": _time(schedule.starts_at),
        "ends_at": _time(schedule.ends_at),
        "missed": schedule.missed,
        "parameters": schedule.given,
        "created_by": schedule.created_by,
        "paused_at": _time(schedule.paused_at),
        "paused_by": schedule.paused_by,
        "next_due": [_time(due) for due in islice(due_after(rule, now()), 5)],
    }


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
