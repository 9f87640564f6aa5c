"""`/v1/runs/ID/comparison`: run it again and say whether both are the same."""

from typing import Any

from flask import Blueprint, Response, url_for
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.runs.api import column_json
from app.runs.compare.ask import ask_again
from app.runs.compare.explain import WORDS
from app.runs.compare.tell import Outcome, Told, find_comparison, tell
from app.runs.find import find_run
from app.runs.models import ResultColumn, Trigger
from app.web.api import answer_json

bp = Blueprint("compare_api", __name__, url_prefix="/v1/runs")


@bp.post("/<int:run_id>/comparison")
@guard(Role.VIEWER)
def create(actor: Actor, session: Session, run_id: int) -> Response:
    trigger = Trigger.API if actor.via == "token" else Trigger.PERSON
    comparison = ask_again(session, actor, find_run(session, actor, run_id), trigger)
    session.commit()
    response = answer_json(_shown(tell(session, actor, comparison)), 202)
    response.headers["Location"] = url_for("compare_api.show", run_id=run_id, other_id=comparison.other_id)
    return response


@bp.get("/<int:run_id>/comparison/<int:other_id>")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session, run_id: int, other_id: int) -> Response:
    return answer_json(_shown(tell(session, actor, find_comparison(session, actor, run_id, other_id))))


def _shown(told: Told) -> dict[str, Any]:
    found = told.details
    first = None
    if found and found.first_row is not None:
        by_column = found.first_column is not None
        first = {
            "row": found.first_row,
            "column": told.columns[found.first_column or 0].name if by_column else None,
            "value": found.first_value,
            "other_value": found.other_value,
        }
    return {
        "run_id": told.run.id,
        "other_run_id": told.other.id,
        "stage": told.stage,
        "outcome": told.outcome,
        "reason": told.reason,
        "row_counts": [told.run.row_count, told.other.row_count],
        "output_hashes": [body["output_hash"] for body in told.bodies] or None,
        "head_changes": [
            {"position": each.position, "column": _column(each.one), "other_column": _column(each.other)}
            for each in told.head_changes
        ],
        "differing_rows": 0 if told.outcome is Outcome.SAME else found.differing_rows if found else None,
        "differing_columns": told.differing_columns,
        "first_difference": first,
        "causes": [{"code": cause, "meaning": WORDS[cause]} for cause in told.causes],
    }


def _column(column: ResultColumn | None) -> dict[str, str] | None:
    return column_json(column) if column else None
