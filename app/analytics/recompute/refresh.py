"""Windows keep themselves up to date: the open buckets, and those that ended since the last time.

A bucket that was over at the last refresh is closed: only a run that somebody asked for changes it.
"""

import logging
from datetime import datetime, timedelta

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.analytics.buckets import Days, widened
from app.analytics.definitions import list_definitions
from app.analytics.models import AggregateWindow, Window
from app.analytics.prune import prune_window
from app.analytics.recompute.ask import earliest_day, overlapping, start_recompute
from app.analytics.recompute.execute import execute_recompute
from app.core import db

log = logging.getLogger(__name__)

SOON = timedelta(minutes=1)
ON_THE_WAY = timedelta(minutes=5)  # an event may be committed so long after it was received
NEW = text(
    """
    select exists (select from analytics_events where org_id = :org_id and received_at >= :since)
    """
)
FIRST = text("select min(occurred_at) from analytics_events where org_id = :org_id and occurred_at >= :begin")


def refresh_next(moment: datetime) -> bool:
    """Refresh one window that is due at this moment; False when none is."""
    with db.transaction() as session:
        window = _due(session, moment)
        if window is None:
            return False
        window.tried_at = moment
        prune_window(session, window)
        days = _range(session, window, moment)
        if days is None:
            window.refreshed_at = moment
            return True
        runs = _start(session, window, days)
        if not runs:
            window.tried_at = moment - _interval(window) + SOON
            return True
    completed = [execute_recompute(run_id) for run_id in runs]
    if all(completed):
        with db.transaction() as session:
            done = update(AggregateWindow).where(AggregateWindow.id == window.id)
            session.execute(done.values(refreshed_at=moment))
        log.info("window refreshed", extra={"org_id": window.org_id, "window": window.window})
    return True


def _due(session: Session, moment: datetime) -> AggregateWindow | None:
    interval = AggregateWindow.refresh_interval_minutes * timedelta(minutes=1)
    return session.scalar(
        select(AggregateWindow)
        .where((AggregateWindow.tried_at.is_(None)) | (AggregateWindow.tried_at <= moment - interval))
        .order_by(AggregateWindow.tried_at.asc().nulls_first(), AggregateWindow.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def _interval(window: AggregateWindow) -> timedelta:
    return timedelta(minutes=window.refresh_interval_minutes)


def _start(session: Session, kept: AggregateWindow, days: Days) -> list[int]:
    """Numbers of pending runs, one for each report; none while somebody's run is at one of these buckets."""
    window, definitions = Window(kept.window), list_definitions(session, kept.org_id)
    for definition in definitions:
        session.refresh(definition, with_for_update=True)
    if any(overlapping(session, definition, window, days) for definition in definitions):
        return []
    return [start_recompute(session, definition, window, days, "interval").id for definition in definitions]


def _range(session: Session, kept: AggregateWindow, moment: datetime) -> Days | None:
    """From the bucket that was open at the last refresh to the one that is open now; None if nothing came."""
    window, last = Window(kept.window), kept.refreshed_at
    if last is not None:
        new = session.scalar(NEW, {"org_id": kept.org_id, "since": last - ON_THE_WAY})
        return widened(last.date(), moment.date(), window) if new else None
    begin = Days(earliest_day(kept.retention_days), moment.date()).begin
    first = session.scalar(FIRST, {"org_id": kept.org_id, "begin": begin})
    return widened(first.date(), moment.date(), window) if first else None
