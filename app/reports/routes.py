"""Pages about saved reports: the list, one with its answer, its versions and its evidence."""

from typing import Any

from flask import Blueprint, Response, flash, request
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.core.errors import Problem
from app.reports.answer import ask_report, stored_answer, verify
from app.reports.find import (
    find_answer,
    find_report,
    question_of,
    reports,
    version_of,
    versions_of,
)
from app.reports.models import REPORTS, Report, ReportAnswer, ReportVersion
from app.reports.restore import restore_version
from app.reports.show import shown_answer
from app.reports.titles import title
from app.saved.api import marks
from app.saved.routes import add_pages
from app.web.respond import go, is_htmx, page

bp = Blueprint("reports", __name__)
add_pages(bp, REPORTS, reports)
bp.add_app_template_filter(title, "titled")

FRESH_MS = 60_000  # an answer as new as this is shown without asking again


@bp.get("/reports/<int:report_id>")
@guard(Role.VIEWER)
def show(actor: Actor, session: Session, report_id: int) -> Response:
    """With the newest answer; the page asks by itself where that is old, or where there is none."""
    report = find_report(session, actor, report_id)
    version = version_of(session, report, request.args.get("version", type=int))
    problem, stored, due = "", None, False
    try:
        stored = stored_answer(session, actor, version)
        due = stored_answer(session, actor, version, FRESH_MS) is None
    except Problem as error:
        problem = error.detail
    return page(
        "reports/show.html",
        question=question_of(version),
        versions=versions_of(session, report),
        **marks(session, actor, REPORTS, report),
        due=due,
        **_context(actor, report, version, stored, problem),
    )


@bp.post("/reports/<int:report_id>/answers")
@guard(Role.VIEWER)
def answer(actor: Actor, session: Session, report_id: int) -> Response:
    report = find_report(session, actor, report_id)
    version = version_of(session, report, request.values.get("version", type=int))
    try:
        problem, found = "", ask_report(session, actor, version)
    except Problem as error:
        if not is_htmx():
            raise
        problem, found = error.detail, None
    if not is_htmx():
        return go("reports.show", report_id=report.id)
    return page("reports/_answer.html", due=False, **_context(actor, report, version, found, problem))


@bp.post("/reports/<int:report_id>/answers/<int:answer_id>/verification")
@guard(Role.VIEWER)
def check_answer(actor: Actor, session: Session, report_id: int, answer_id: int) -> Response:
    report = find_report(session, actor, report_id)
    verdict = verify(find_answer(session, actor, report, answer_id))
    return page("reports/_verdict.html", verdict=verdict)


@bp.post("/reports/<int:report_id>/versions/<int:number>/restoration")
@guard(Role.EDITOR)
def restore(actor: Actor, session: Session, report_id: int, number: int) -> Response:
    report = find_report(session, actor, report_id, lock=True)
    restore_version(session, actor, report, number)
    flash(f"Version {number} is the newest again.", "success")
    return go("reports.show", report_id=report.id)


def _context(
    actor: Actor, report: Report, version: ReportVersion, answer: ReportAnswer | None, problem: str
) -> dict[str, Any]:
    return {
        "report": report,
        "version": version,
        "answer": answer,
        "shown": shown_answer(answer, version.chart) if answer else None,
        "problem": problem,
        "may_write": actor.may(Role.EDITOR),
    }
