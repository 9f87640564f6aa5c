"""Forget the rows of old answers; their evidence stays, and so does a report's newest answer."""

from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import aliased

from app.core import db, runtime
from app.core.clock import now
from app.reports.models import ReportAnswer

MOST = 5_000  # in one transaction


def forget_rows() -> int:
    """How many answers lost their rows; they are kept as long as results of runs are."""
    too_old = now() - timedelta(days=runtime.settings().results_days)
    later = aliased(ReportAnswer)
    newest = select(func.max(later.id)).where(later.version_id == ReportAnswer.version_id).scalar_subquery()
    old = select(ReportAnswer.id).where(
        ReportAnswer.asked_at < too_old, ReportAnswer.data.is_not(None), ReportAnswer.id < newest
    )
    with db.transaction() as session:
        forgotten = update(ReportAnswer).where(ReportAnswer.id.in_(old.limit(MOST))).values(data=None)
        return len(session.execute(forgotten.returning(ReportAnswer.id)).all())
