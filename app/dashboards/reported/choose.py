"""The saved reports that can be put on a tile."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.dashboards.find import MOST
from app.reports.models import Report, ReportVersion


def choosable(session: Session, actor: Actor) -> Sequence[Row[*tuple[Any, ...]]]:
    """id, name, dataset, period, chart; what was saved last first."""
    return session.execute(
        select(Report.id, Report.name, ReportVersion.dataset, ReportVersion.period, ReportVersion.chart)
        .join(ReportVersion, (ReportVersion.report_id == Report.id) & (ReportVersion.number == Report.latest))
        .where(Report.org_id == actor.org_id, Report.archived_at.is_(None))
        .order_by(Report.changed_at.desc(), Report.id.desc())
        .limit(MOST)
    ).all()


def told(row: Row[*tuple[Any, ...]]) -> str:
    """`runs, last 7 days`."""
    return f"{row.dataset.replace('_', ' ')}, {row.period}"
