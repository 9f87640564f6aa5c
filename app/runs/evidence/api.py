"""`/v1/runs/ID/evidence` and `/v1/runs/ID/verification`."""

from typing import Any

import orjson
from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.evidence.envelope import envelope
from app.runs.evidence.answered import of_answer, read_answered
from app.runs.evidence.check import check
from app.runs.evidence.find import find_report
from app.runs.find import find_run
from app.runs.models import RunState
from app.runs.results import columns_of

bp = Blueprint("evidence_api", __name__, url_prefix="/v1/runs")


@bp.get("/<int:run_id>/evidence")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session, run_id: int) -> Response:
    run = find_run(session, actor, run_id)
    report = find_report(session, run)
    columns = columns_of(session, run) if run.state == RunState.SUCCEEDED else None
    handed_out = envelope(report, columns, run.row_count)
    if answered := read_answered(request.args):
        handed_out |= of_answer(run, report, answered)
    return _json(handed_out)


@bp.post("/<int:run_id>/verification")
@guard(Role.VIEWER)
def verify(actor: Actor, session: Session, run_id: int) -> Response:
    run = find_run(session, actor, run_id)
    return _json({"run_id": run.id, **check(session, run).as_json()})


def _json(body: dict[str, Any]) -> Response:
    return Response(orjson.dumps(body), content_type="application/json")
