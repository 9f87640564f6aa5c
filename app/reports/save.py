"""Making a report and saving it again: each save is a version. Favourites are each person's own."""

from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.audit.record import record
from app.core.clock import now
from app.core.errors import Invalid
from app.reporting.scope import scope_of
from app.reports.body import ReportBody, check_report
from app.reports.models import Report, ReportVersion
from app.saved.names import name_problems
from app.saved.versions import count_on, take_turn


def create_report(session: Session, actor: Actor, body: ReportBody) -> Report:
    """Raises Invalid at each place that is wrong."""
    _check(actor, body)
    report = Report(
        org_id=actor.org_id, name=body.name, description=body.description, created_by=actor.user_id, latest=1
    )
    session.add(report)
    session.flush()
    _add_version(session, actor, report, body)
    record(session, actor, "report.created", report.id, name=report.name)
    return report


def save_report(session: Session, actor: Actor, report: Report, body: ReportBody) -> None:
    """The next version, made from `based_on`. Raises Overtaken when that is no longer the newest."""
    if body.based_on is None:
        raise Invalid(fields={"based_on": "Say which version was edited."})
    take_turn(session, report, ReportVersion, body.based_on)
    _check(actor, body)
    count_on(report, name=body.name, description=body.description)
    _add_version(session, actor, report, body)
    record(session, actor, "report.saved", report.id, name=report.name, version=report.latest)


def _check(actor: Actor, body: ReportBody) -> None:
    if problems := name_problems("report", body.name, body.description):
        raise Invalid(" ".join(problems.values()), fields=problems)
    check_report(scope_of(actor), body.asked(), now())


def _add_version(session: Session, actor: Actor, report: Report, body: ReportBody) -> None:
    session.add(
        ReportVersion(
            report_id=report.id,
            number=report.latest,
            saved_by=actor.user_id,
            dataset=body.dataset,
            period=body.period,
            question=body.asked().model_dump(mode="json"),
            chart=body.chart,
        )
    )
    session.flush()
