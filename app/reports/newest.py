"""Many reports as they are now, in one round trip."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.accounts.allow import Actor
from app.reports.models import Report, ReportAnswer, ReportFailure, ReportVersion


class Newest(NamedTuple):
    """A report, its newest version, what that was answered last, and since when it is asked in vain."""

    report: Report
    version: ReportVersion
    answer: ReportAnswer | None
    failure: ReportFailure | None


def newest_of(session: Session, actor: Actor, report_ids: Iterable[int]) -> dict[int, Newest]:
    """By the report's number, archived ones too; those of other orgs are left out."""
    ids = set(report_ids)
    if not ids:
        return {}
    each = aliased(ReportAnswer)
    last = select(func.max(each.id)).where(each.version_id == ReportVersion.id).scalar_subquery()
    rows = session.execute(
        select(Report, ReportVersion, ReportAnswer, ReportFailure)
        .join(ReportVersion, (ReportVersion.report_id == Report.id) & (ReportVersion.number == Report.latest))
        .outerjoin(ReportAnswer, ReportAnswer.id == last)
        .outerjoin(ReportFailure, ReportFailure.version_id == ReportVersion.id)
        .where(Report.id.in_(ids), Report.org_id == actor.org_id)
    )
    return {row[0].id: Newest(*row) for row in rows}
