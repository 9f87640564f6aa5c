"""`/v1/saved-reports`: list, create, read, save, archive, ask, and the evidence of each answer."""

from typing import Any

import orjson
from flask import Blueprint, Response, request, url_for
from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.core.errors import Invalid, NotFound
from app.reporting.result import as_json
from app.reporting.scope import scope_of
from app.reports.account import columns_json, rows_json
from app.reports.answer import ask_report, check, table_of, verify
from app.reports.body import ReportBody
from app.reports.editing.preview import ask_now
from app.reports.find import find_answer, find_report, reports, version_of
from app.reports.models import REPORTS, Report, ReportAnswer
from app.reports.save import create_report, save_report
from app.reports.shape import chart_data
from app.saved.api import add_api
from app.web.api import answer_json
from app.web.forms import messages, read_json

bp = Blueprint("reports_api", __name__, url_prefix="/v1/saved-reports")
add_api(bp, REPORTS, reports, lambda row: {"dataset": row.dataset, "period": row.period})


@bp.post("")
@guard(Role.EDITOR)
def create(actor: Actor, session: Session) -> Response:
    report = create_report(session, actor, read_json(ReportBody))
    response = answer_json(_told(session, report), 201)
    response.headers["Location"] = url_for("reports_api.show", report_id=report.id)
    return response


@bp.get("/<int:report_id>")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session, report_id: int) -> Response:
    return answer_json(_told(session, find_report(session, actor, report_id)))


@bp.post("/<int:report_id>")
@guard(Role.EDITOR)
def update(actor: Actor, session: Session, report_id: int) -> Response:
    report = find_report(session, actor, report_id, lock=True)
    save_report(session, actor, report, read_json(ReportBody))
    return answer_json(_told(session, report))


@bp.post("/<int:report_id>/answers")
@guard(Role.VIEWER)
def ask(actor: Actor, session: Session, report_id: int) -> Response:
    report = find_report(session, actor, report_id)
    found = ask_report(session, actor, version_of(session, report))
    return answer_json(_answer(report, found), 201)


@bp.get("/<int:report_id>/answers/<int:answer_id>")
@guard(Role.VIEWER)
def show_answer(actor: Actor, session: Session, report_id: int, answer_id: int) -> Response:
    report = find_report(session, actor, report_id)
    return answer_json(_answer(report, _find(session, actor, report, answer_id)))


@bp.get("/<int:report_id>/answers/<int:answer_id>/columns")
@guard(Role.VIEWER)
def columns(actor: Actor, session: Session, report_id: int, answer_id: int) -> Response:
    """The rows by column, as charts take them; `column` names those that are wanted."""
    table = table_of(_find(session, actor, find_report(session, actor, report_id), answer_id))
    if table is None:
        raise NotFound("The rows of this answer are no longer kept.")
    return _columns(table.columns, table.rows)


@bp.get("/preview/columns")
@guard(Role.VIEWER)
def preview_columns(actor: Actor, session: Session) -> Response:
    """The same for a `question` that is not saved."""
    try:
        result = ask_now(session, scope_of(actor), orjson.loads(request.args.get("question", "")))
    except orjson.JSONDecodeError:
        raise Invalid(fields={"question": "Write a question as JSON."}) from None
    except ValidationError as error:
        raise Invalid(fields=messages(error)) from None
    return _columns(columns_json(result), rows_json(result))


@bp.get("/<int:report_id>/answers/<int:answer_id>/evidence")
@guard(Role.VIEWER)
def evidence(actor: Actor, session: Session, report_id: int, answer_id: int) -> Response:
    found = _find(session, actor, find_report(session, actor, report_id), answer_id)
    return answer_json(
        {
            "body": orjson.loads(found.body),
            "body_hash": found.body_hash,
            "report_id": report_id,
            "answer_id": found.id,
            "generated_at": as_json(found.asked_at),
            "version": found.made_by,
            "row_count": found.row_count,
        }
    )


@bp.post("/<int:report_id>/answers/<int:answer_id>/verification")
@guard(Role.VIEWER)
def verification(actor: Actor, session: Session, report_id: int, answer_id: int) -> Response:
    report = find_report(session, actor, report_id)
    return answer_json(verify(_find(session, actor, report, answer_id)).as_json())


def _find(session: Session, actor: Actor, report: Report, answer_id: int) -> ReportAnswer:
    """Raises NotFound, and BadQuestion where this actor may not ask what was asked."""
    found = find_answer(session, actor, report, answer_id)
    check(actor, found.version)
    return found


def _told(session: Session, report: Report) -> dict[str, Any]:
    version = version_of(session, report)
    return {
        "id": report.id,
        "name": report.name,
        "description": report.description,
        "version": report.latest,
        "question": version.question,
        "chart": version.chart,
        "saved_at": as_json(report.changed_at),
    }


def _answer(report: Report, answer: ReportAnswer) -> dict[str, Any]:
    table = table_of(answer)
    names = [column["name"] for column in table.columns] if table else []
    return {
        "id": answer.id,
        "report_id": report.id,
        "asked_at": as_json(answer.asked_at),
        "as_of": as_json(answer.as_of),
        "from": as_json(answer.range_from),
        "to": as_json(answer.range_to),
        "row_count": answer.row_count,
        "body_hash": answer.body_hash,
        "columns": table.columns if table else None,
        "rows": [dict(zip(names, row, strict=True)) for row in table.rows] if table else None,
    }


def _columns(columns: list[dict[str, Any]], rows: list[list[Any]]) -> Response:
    return answer_json(chart_data(columns, rows, request.args.getlist("column")))
