"""Sums of many buckets, for reports that add up more snapshots than can be read in a moment.

A sum is of 8 or of 64 buckets, counted from one Monday on, and of nothing but snapshots: a question over a
year of days reads a few weeks of single days, and sums in between. The sums are of the version that the
report's definition calls `summed_version`. Whoever changes snapshots without them leaves it behind; then
nobody reads them until the next recompute has made all of them again.
"""

from functools import lru_cache
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from app.analytics.buckets import Days
from app.analytics.models import Window
from app.analytics.reports.kind import ReportKind
from app.analytics.reports.spans import ORIGIN, WIDTHS, aligned

NARROW, WIDE = WIDTHS
HELD = text(
    """
    select coalesce(summed_version = version, false) from report_definitions
    where id = :report_id for no key update
    """
)
EXTENT = text(
    """
    select min(bucket_start), max(bucket_start) from metric_snapshots
    where report_id = :report_id and "window" = :window and dimension_key = any(:keys)
    """
)
FORGET_ALL = text('delete from snapshot_sums where report_id = :report_id and "window" = :window')
FORGET = text(
    """
    delete from snapshot_sums
    where report_id = :report_id and "window" = :window and width = :width and dimension_key = any(:keys)
      and metric_name = any(:metrics) and span_start >= :begin and span_start < :end
    """
)
SUMMED = text("update report_definitions set summed_version = version where id = :report_id")
OURS = """report_id = :report_id and "window" = :window and dimension_key = any(:keys)
       and metric_name = any(:metrics)"""
SPAN = "date_bin(cast(:stride as interval), {start}, cast(:origin as timestamptz)) as span_start"
PARTS = "dimension_key, metric_name, dimension_value, metric_value, run_id"
OF_SNAPSHOTS = f"""
    select {PARTS}, {SPAN.format(start="bucket_start")} from metric_snapshots
    where {OURS} and bucket_start >= :{{begin}} and bucket_start < :{{end}}
"""
OF_NARROW = f"""
    select {PARTS}, {SPAN.format(start="span_start")} from snapshot_sums
    where {OURS} and width = {NARROW} and span_start >= :begin and span_start < :end
"""


def keep_sums(
    session: Session, kind: ReportKind, values: dict[str, Any], window: Window, days: Days, run_id: int
) -> None:
    """Of the buckets of these days, which the session's transaction has `made`; of all where sums are old.

    `values` is what the statements of a rebuilding bind. Until the transaction ends no other recompute of the
    report gets so far. The caller raises both versions.
    """
    if session.scalar(HELD, values):
        begin, end = aligned(days, window, NARROW)
        edges = {"begin": begin, "first": days.begin, "last": days.end, "end": end, "run_id": run_id}
        _sum(session, _of_made(kind), NARROW, values | edges)
        _sum_wide(session, values, window, days)
        return
    for each in Window:
        named = values | {"window": each}
        session.execute(FORGET_ALL, named)
        first, last = session.execute(EXTENT, named).one()
        if first is not None:
            whole = Days(first.date(), last.date())
            begin, end = aligned(whole, each, NARROW)
            of_all = _insert(OF_SNAPSHOTS.format(begin="begin", end="end"))
            _sum(session, of_all, NARROW, named | {"begin": begin, "end": end})
            _sum_wide(session, named, each, whole)
    session.execute(SUMMED, values)


def _sum_wide(session: Session, values: dict[str, Any], window: Window, days: Days) -> None:
    begin, end = aligned(days, window, WIDE)
    _sum(session, _insert(OF_NARROW), WIDE, values | {"begin": begin, "end": end})


def _sum(session: Session, statement: TextClause, width: int, values: dict[str, Any]) -> None:
    bound = values | {"width": width, "stride": f"{width} {values['window']}s", "origin": ORIGIN}
    session.execute(FORGET, bound)
    session.execute(statement, bound)


@lru_cache
def _of_made(kind: ReportKind) -> TextClause:
    """The snapshots that were just made, and those beside them in the first and the last sum."""
    whole = ", ".join(f"sum({name}) as {name}" for name in kind.metrics)
    pairs = ", ".join(f"('{name}', {name})" for name in kind.metrics)
    return _insert(
        f"""
        select dimension_key, metric.name as metric_name, dimension_value, metric.value as metric_value,
               cast(:run_id as bigint) as run_id, span_start
        from (select dimension_key, dimension_value, {SPAN.format(start="bucket_start")}, {whole}
              from made group by dimension_key, dimension_value, span_start) made
        cross join lateral (values {pairs}) as metric (name, value)
        union all {OF_SNAPSHOTS.format(begin="begin", end="first")}
        union all {OF_SNAPSHOTS.format(begin="last", end="end")}
        """
    )


@lru_cache
def _insert(parts: str) -> TextClause:
    return text(
        f"""
        insert into snapshot_sums (report_id, "window", width, dimension_key, metric_name, span_start,
                                   dimension_value, metric_value, run_id)
        select :report_id, :window, :width, dimension_key, metric_name, span_start, dimension_value,
               cast(sum(metric_value) as bigint), max(run_id)
        from ({parts}) parts group by dimension_key, metric_name, span_start, dimension_value
        order by span_start
        """
    )
