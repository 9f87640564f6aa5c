"""Sums of many buckets, for reports that add up more snapshots than can be read in a moment.

A sum is of 8 or of 64 buckets, counted from one Monday on, and of nothing but snapshots: a question over a
year of days reads a few weeks of single days, and sums in between. The sums are of the version that the
report's definition calls `summed_version`. Whoever changes snapshots without them leaves it behind; then
nobody reads them until the next recompute has made all of them again.
"""

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.analytics.buckets import Days
from app.analytics.models import Window
from app.analytics.reports.spans import ORIGIN, WIDTHS, aligned

HELD = text(
    """
    select coalesce(summed_version = version, false) from report_definitions
    where id = :report_id for no key update
    """
)
EXTENT = text(
    """
    select min(bucket_start), max(bucket_start) from metric_snapshots
    where report_id = :report_id and "window" = :window
    """
)
FORGET_ALL = text('delete from snapshot_sums where report_id = :report_id and "window" = :window')
FORGET = text(
    """
    delete from snapshot_sums where report_id = :report_id and "window" = :window and width = :width
    and span_start >= :begin and span_start < :end
    """
)
SUM = """
insert into snapshot_sums (report_id, "window", width, dimension_key, metric_name, span_start,
                           dimension_value, metric_value, run_id)
select :report_id, :window, :width, dimension_key, metric_name,
       date_bin(cast(:stride as interval), {start}, cast(:origin as timestamptz)), dimension_value,
       cast(sum(metric_value) as bigint), max(run_id)
from {source}
where report_id = :report_id and "window" = :window and {start} >= :begin and {start} < :end
group by dimension_key, metric_name, 6, dimension_value
order by dimension_key, metric_name, 6, dimension_value
"""
NARROW = f"(select * from snapshot_sums where width = {WIDTHS[0]}) narrow"
OF_BUCKETS = text(SUM.format(source="metric_snapshots", start="bucket_start"))
OF_SUMS = text(SUM.format(source=NARROW, start="span_start"))
SUMMED = text("update report_definitions set summed_version = version where id = :report_id")


def keep_sums(session: Session, report_id: int, window: Window, days: Days) -> None:
    """Of the buckets of these days, which the session's transaction has changed; of all where sums are old.

    Until the transaction ends no other recompute of the report gets so far. The caller raises both versions.
    """
    if session.scalar(HELD, {"report_id": report_id}):
        _sum(session, report_id, window, days)
        return
    for each in Window:
        named = {"report_id": report_id, "window": each}
        session.execute(FORGET_ALL, named)
        first, last = session.execute(EXTENT, named).one()
        if first is not None:
            _sum(session, report_id, each, Days(first.date(), last.date()))
    session.execute(SUMMED, {"report_id": report_id})


def _sum(session: Session, report_id: int, window: Window, days: Days) -> None:
    for width, statement in zip(WIDTHS, (OF_BUCKETS, OF_SUMS), strict=True):
        begin, end = aligned(days, window, width)
        values = {"report_id": report_id, "window": window, "width": width, "begin": begin, "end": end}
        session.execute(FORGET, values)
        session.execute(statement, values | {"stride": f"{width} {window}s", "origin": ORIGIN})
