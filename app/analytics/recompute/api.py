"""`/v1/recomputations`: rebuild snapshots, and see what that changed."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.analytics.models import RecomputeChange, RecomputeRun
from app.analytics.recompute.ask import RecomputeBody, ask_recompute
from app.analytics.recompute.check import check_recompute
from app.analytics.recompute.find import find_evidence, find_recompute, list_changes, list_recomputes
from app.analytics.recompute.hashing import COLUMNS
from app.core.errors import Invalid
from app.evidence.envelope import envelope
from app.web.api import answer_json
from app.web.forms import read_json

bp = Blueprint("recomputations_api", __name__, url_prefix="/v1/recomputations")

MOST = 1_000


@bp.get("")
@guard(Role.VIEWER)
def index(actor: Actor, session: Session) -> Response:
    """`before` is the number of the last run of the page before."""
    before = _number("before", 0, 2**62) or None
    runs = list_recomputes(session, actor, _number("limit", 100, MOST, least=1), before)
    return answer_json({"recomputations": [_told(run) for run in runs]})


@bp.post("")
@guard(Role.EDITOR)
def create(actor: Actor, session: Session) -> Response:
    trigger = "api" if actor.via == "token" else "person"
    run = ask_recompute(session, actor, read_json(RecomputeBody), trigger)
    session.commit()
    response = answer_json(_told(find_recompute(session, actor, run.id)), 202)
    response.headers["Location"] = url_for("recomputations_api.show", run_id=run.id)
    return response


@bp.get("/<int:run_id>")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session, run_id: int) -> Response:
    return answer_json(_told(find_recompute(session, actor, run_id)))


@bp.get("/<int:run_id>/changes")
@guard(Role.VIEWER)
def changes(actor: Actor, session: Session, run_id: int) -> Response:
    run = find_recompute(session, actor, run_id)
    offset, limit = _number("offset", 0, 10**9), _number("limit", 100, MOST, least=1)
    found = list_changes(session, run, limit, offset)
    return answer_json({"changes": [_change(each) for each in found], "offset": offset})


@bp.get("/<int:run_id>/evidence")
@guard(Role.VIEWER)
def evidence(actor: Actor, session: Session, run_id: int) -> Response:
    run = find_recompute(session, actor, run_id)
    made = run.summary
    report = find_evidence(session, run)
    return answer_json(envelope(report, COLUMNS if made else None, made["rows"] if made else None))


@bp.post("/<int:run_id>/verification")
@guard(Role.VIEWER)
def verify(actor: Actor, session: Session, run_id: int) -> Response:
    run = find_recompute(session, actor, run_id)
    return answer_json({"recomputation_id": run.id, **check_recompute(session, run).as_json()})


def _told(run: RecomputeRun) -> dict[str, Any]:
    return {
        "id": run.id,
        "report_slug": run.report.slug,
        "window": run.window,
        "date_from": run.date_from,
        "date_to": run.date_to,
        "state": run.state,
        "trigger": run.trigger,
        "requested_by": run.requester.email if run.requester else None,
        "requested_at": _time(run.requested_at),
        "started_at": _time(run.started_at),
        "finished_at": _time(run.finished_at),
        "summary": run.summary,
        "error_message": run.error_message,
    }


def _change(change: RecomputeChange) -> dict[str, Any]:
    return {
        "bucket_start": _time(change.bucket_start),
        "dimension_key": change.dimension_key,
        "dimension_value": change.dimension_value,
        "metric_name": change.metric_name,
        "before": change.before,
        "after": change.after,
    }


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None


def _number(name: str, default: int, most: int, least: int = 0) -> int:
    text = request.args.get(name, str(default))
    if text.isascii() and text.isdigit() and len(text) < 20 and least <= int(text) <= most:
        return int(text)
    sentence = f"Use a whole number from {least} to {most:,}."
    raise Invalid(sentence, fields={name: sentence})
