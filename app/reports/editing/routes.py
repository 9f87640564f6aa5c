"""The builder: a form that shows what it asks while it is filled."""

from typing import Any

from flask import Blueprint, Response, request
from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.accounts.organisation import time_zone_of
from app.core.errors import Invalid, NotFound
from app.reporting import catalog
from app.reporting.scope import scope_of
from app.reports.body import ReportBody
from app.reports.draft import Draft, changed, draft_in, draft_of, first_draft, on_another_dataset, question_in
from app.reports.editing.preview import preview
from app.reports.editing.stage import stage
from app.reports.find import find_report, question_of, version_of
from app.reports.models import Report
from app.reports.save import create_report, save_report
from app.web.forms import Form, messages
from app.web.respond import go, page

bp = Blueprint("report_editing", __name__)


@bp.get("/reports/new")
@guard(Role.EDITOR)
def new(actor: Actor, session: Session) -> Response:
    scope = scope_of(actor)
    wanted = request.args.get("dataset", "runs")
    dataset = catalog.find(scope, wanted) or next(iter(catalog.offered(scope)), None)
    if dataset is None:
        raise NotFound("There is nothing that can be asked about.")
    return _page(actor, session, first_draft(dataset, time_zone_of(session, actor)), Form())


@bp.get("/reports/<int:report_id>/edit")
@guard(Role.EDITOR)
def edit(actor: Actor, session: Session, report_id: int) -> Response:
    report = find_report(session, actor, report_id)
    version = version_of(session, report)
    form: Form[ReportBody] = Form({"name": report.name, "description": report.description})
    return _page(actor, session, draft_of(question_of(version), version.chart), form, report)


@bp.post("/reports/draft")
@guard(Role.EDITOR)
def draft(actor: Actor, session: Session) -> Response:
    """The same form after one deed: something was added, dropped, moved or chosen."""
    given = draft_in(request.form.getlist)
    deed = request.form.get("do", "")
    if deed.startswith("add:"):
        given = changed(given, deed, request.form.get(f"added_{deed.partition(':')[2]}", ""))
    elif deed:
        given = changed(given, deed)
    dataset = catalog.find(scope_of(actor), given.dataset)
    if dataset and request.form.get("dataset_before") != given.dataset:
        given = on_another_dataset(given, dataset)
    form: Form[ReportBody] = Form(request.form.to_dict())
    report_id = request.form.get("report_id", type=int)
    report = find_report(session, actor, report_id) if report_id else None
    return page("reports/editing/_builder.html", **_context(actor, session, given, form, report))


@bp.post("/reports")
@guard(Role.EDITOR)
def create(actor: Actor, session: Session) -> Response:
    form = _read(actor)
    if form.data:
        try:
            return go("reports.show", report_id=create_report(session, actor, form.data).id)
        except Invalid as error:
            form.errors = error.fields
    return _page(actor, session, draft_in(request.form.getlist), form, status=422)


@bp.post("/reports/<int:report_id>")
@guard(Role.EDITOR)
def save(actor: Actor, session: Session, report_id: int) -> Response:
    report = find_report(session, actor, report_id, lock=True)
    form = _read(actor)
    if form.data:
        try:
            save_report(session, actor, report, form.data)
            return go("reports.show", report_id=report.id)
        except Invalid as error:
            form.errors = error.fields
    return _page(actor, session, draft_in(request.form.getlist), form, report, status=422)


def _read(actor: Actor) -> Form[ReportBody]:
    """The form as a report's body."""
    form: Form[ReportBody] = Form(request.form.to_dict())
    given = draft_in(request.form.getlist)
    named: dict[str, Any] = {name: form.values.get(name, "") for name in ("name", "description")}
    based_on = request.form.get("based_on", type=int)
    try:
        form.data = ReportBody.model_validate(
            {**question_in(scope_of(actor), given), **named, "chart": given.chart, "based_on": based_on}
        )
    except ValidationError as error:
        form.errors = messages(error)
    return form


def _page(
    actor: Actor,
    session: Session,
    given: Draft,
    form: Form[ReportBody],
    report: Report | None = None,
    status: int = 200,
) -> Response:
    context = _context(actor, session, given, form, report)
    return page("reports/editing/show.html", status, **context)


def _context(
    actor: Actor, session: Session, given: Draft, form: Form[ReportBody], report: Report | None
) -> dict[str, Any]:
    scope = scope_of(actor)
    seen = preview(session, scope, given)
    return {
        "draft": given,
        "form": form,
        "report": report,
        "preview": seen,
        "errors": {**seen.errors, **form.errors},
        "stage": stage(scope, given),
    }
