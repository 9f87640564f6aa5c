"""`/v1/telemetry`: what Plumbline recorded of itself, and what the org's own probes send."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy import Row
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.admin.operators import operates
from app.admin.telemetry.post import EventsBody, MetricsBody, keep_events, keep_metrics
from app.telemetry.questions import OF_EVENTS, OF_METRICS, OF_STATISTICS, read_question
from app.telemetry.read import Scope, read_events, read_metrics, read_statistics
from app.web.api import answer_json
from app.web.forms import read_json

bp = Blueprint("telemetry_api", __name__, url_prefix="/v1/telemetry")


@bp.get("/metrics")
@guard(Role.ADMIN)
def metrics(actor: Actor, session: Session) -> Response:
    found = read_metrics(session, scope(session, actor), read_question(request.args, OF_METRICS))
    return answer_json({"metrics": _told(found)})


@bp.post("/metrics")
@guard(Role.EDITOR)
def keep(actor: Actor, session: Session) -> Response:
    return answer_json({"kept": keep_metrics(session, actor, read_json(MetricsBody).metrics)}, 201)


@bp.get("/metrics/stats")
@guard(Role.ADMIN)
def statistics(actor: Actor, session: Session) -> Response:
    found = read_statistics(session, scope(session, actor), read_question(request.args, OF_STATISTICS))
    return answer_json({"categories": [asdict(each) for each in found]})


@bp.get("/events")
@guard(Role.ADMIN)
def events(actor: Actor, session: Session) -> Response:
    found = read_events(session, scope(session, actor), read_question(request.args, OF_EVENTS))
    return answer_json({"events": _told(found)})


@bp.post("/events")
@guard(Role.EDITOR)
def keep_event(actor: Actor, session: Session) -> Response:
    return answer_json({"kept": keep_events(session, actor, read_json(EventsBody).events)}, 201)


def scope(session: Session, actor: Actor) -> Scope:
    return Scope(actor.org_id, operates(session, actor))


def _told(rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    return [{name: _json(value) for name, value in row._mapping.items() if name != "org_id"} for row in rows]


def _json(value: Any) -> Any:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value
