"""Telemetry is kept for so many days; then the day goes whole."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text

from app.core import db, runtime
from app.core.clock import now
from app.core.errors import Invalid
from app.telemetry.names import DELETED
from app.telemetry.partitions import EVENTS, VALUES, drop_before
from app.telemetry.write import observe

log = logging.getLogger(__name__)

LONGEST_DAYS = 36_500
# Those with totals stay: what was counted is counted.
UNNAMED = text(
    """
    delete from metric_series where seen_at < :moment - make_interval(days => :days + 1)
    and not exists (select from metric_totals where series_id = id)
    """
)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The partitions that are gone, by name, and how many series."""

    partitions: list[str]
    series: int


def clean_up(values_days: int | None = None, events_days: int | None = None) -> Cleaned:
    """Drop what is older than so many whole days (UTC); None takes the settings.

    Raises Invalid for fewer than one.
    """
    settings = runtime.settings()
    days = {
        "values_days": settings.telemetry_days if values_days is None else values_days,
        "events_days": settings.events_days if events_days is None else events_days,
    }
    wrong = {
        name: f"Say 1 to {LONGEST_DAYS:,} days." for name, n in days.items() if not 1 <= n <= LONGEST_DAYS
    }
    if wrong:
        raise Invalid(" ".join(f"{name}: {said}" for name, said in wrong.items()), fields=wrong)
    today = now().date()
    gone = drop_before(VALUES, today - timedelta(days=days["values_days"]))
    gone += drop_before(EVENTS, today - timedelta(days=days["events_days"]))
    with db.autocommit() as connection:
        series = connection.execute(UNNAMED, {"moment": now(), "days": days["values_days"]}).rowcount
    if gone or series:
        log.info("telemetry cleaned up", extra={"partitions": gone, "series": series})
        observe(DELETED, len(gone), "telemetry_days")
    return Cleaned(gone, series)
