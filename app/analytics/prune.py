"""Snapshots go when their window keeps them no longer; the events stay."""

import logging
from datetime import date

from sqlalchemy import text, update
from sqlalchemy.orm import Session

from app.analytics.buckets import bucket_of
from app.analytics.definitions import list_definitions
from app.analytics.models import AggregateWindow, ReportDefinition, Window
from app.analytics.recompute.ask import earliest_day
from app.analytics.recompute.settle import Asker
from app.analytics.reports.shipped import KINDS
from app.audit.record import PLUMBLINE, record

log = logging.getLogger(__name__)

GONE = text(
    """
    delete from metric_snapshots
    where report_id = :report_id and "window" = :window and dimension_key = any(:keys)
      and metric_name = any(:metrics) and bucket_start < :begin
    """
)


def prune_window(session: Session, kept: AggregateWindow) -> int:
    """How many snapshots went; an audit entry says so, and kept answers are forgotten."""
    window = Window(kept.window)
    begin = bucket_of(earliest_day(kept.retention_days), window)
    gone = sum(_prune(session, each, window, begin) for each in list_definitions(session, kept.org_id))
    if gone:
        who = Asker(kept.org_id, None, PLUMBLINE)
        record(session, who, "aggregate_window.pruned", kept.id, window=window, before=str(begin), rows=gone)
        log.info("snapshots pruned", extra={"org_id": kept.org_id, "window": window, "rows": gone})
    return gone


def _prune(session: Session, definition: ReportDefinition, window: Window, begin: date) -> int:
    kind = KINDS[definition.slug]
    values = {
        "report_id": definition.id,
        "window": window,
        "keys": list(kind.keys),
        "metrics": list(kind.metrics),
        "begin": begin,
    }
    gone: int = session.execute(GONE, values).rowcount  # type: ignore[attr-defined]
    if gone:
        raised = update(ReportDefinition).where(ReportDefinition.id == definition.id)
        session.execute(raised.values(version=ReportDefinition.version + 1))
    return gone
