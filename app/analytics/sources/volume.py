"""How many events sources have sent of late, read from the snapshots: to count events takes long."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.analytics.buckets import Days, today
from app.analytics.models import MetricSnapshot, ReportDefinition, Window

RECENT = timedelta(days=30)
REPORT = "volume-by-period"


def recent_volume(session: Session, actor: Actor) -> dict[str, int]:
    """Slug -> events of the last thirty days, of those that sent any."""
    report = select(ReportDefinition.id).where(
        ReportDefinition.org_id == actor.org_id, ReportDefinition.slug == REPORT
    )
    found = (
        select(MetricSnapshot.dimension_value, func.sum(MetricSnapshot.metric_value))
        .where(
            MetricSnapshot.report_id == report.scalar_subquery(),
            MetricSnapshot.window == Window.DAY,
            MetricSnapshot.dimension_key == "source",
            MetricSnapshot.metric_name == "event_count",
            MetricSnapshot.bucket_start > Days(today() - RECENT, today()).begin,
        )
        .group_by(MetricSnapshot.dimension_value)
    )
    return {slug: int(count) for slug, count in session.execute(found)}
