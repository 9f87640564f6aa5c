"""An older version as the newest."""

from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.reports.body import ReportBody
from app.reports.find import version_of
from app.reports.models import Report
from app.reports.save import save_report


def restore_version(session: Session, actor: Actor, report: Report, number: int) -> None:
    """Raises NotFound, and BadQuestion where the catalog has changed since."""
    old = version_of(session, report, number)
    body = ReportBody.model_validate(
        {
            **old.question,
            "name": report.name,
            "description": report.description,
            "chart": old.chart,
            "based_on": report.latest,
        }
    )
    save_report(session, actor, report, body)
