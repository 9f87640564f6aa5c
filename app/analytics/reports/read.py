"""Read an answer from the snapshots: one statement, so that it sees a recompute whole or not at all."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Row, TextClause, text
from sqlalchemy.orm import Session

from app.analytics.buckets import Days
from app.analytics.reports.kind import TOTAL, Asked, ReportKind
from app.analytics.reports.spans import PLACES, pieces

VALUES = text(
    """
    select distinct dimension_value from metric_snapshots
    where report_id = :report_id and "window" = 'week' and dimension_key = :key
      and metric_name = 'event_count'
    order by 1 limit 100
    """
)

WANTED = """report_id = :report_id and "window" = :window and dimension_key = any(:keys)
          and metric_name = any(:metrics)"""
FROM_SNAPSHOTS = f"metric_snapshots where {WANTED} and bucket_start >= :begin and bucket_start < :end"
COLUMNS = "dimension_key, dimension_value, metric_name, metric_value, run_id"
SUMMED = "(select summed_version = version from report_definitions where id = :report_id)"


def _piece(place: int, width: int) -> str:
    source, start = ("metric_snapshots", "bucket_start") if width == 1 else ("snapshot_sums", "span_start")
    wide = "" if width == 1 else f"and width = {width}"
    return f"""
            select {COLUMNS} from {source}
            where {WANTED} {wide} and {start} >= :begin_{place} and {start} < :end_{place} and {SUMMED}
    """


# The pieces where there are sums that are good, else the snapshots themselves.
FROM_SUMS = f"""(
            select {COLUMNS} from {FROM_SNAPSHOTS} and {SUMMED} is not true
            union all {"union all".join(_piece(place, width) for place, width in enumerate(PLACES))}
        ) found where true"""


class Found(NamedTuple):
    """Rows as objects, how many there are beyond the limit too, and the newest run that made one of them."""

    rows: list[dict[str, Any]]
    total_count: int
    run_id: int | None


def read_rows(session: Session, report_id: int, kind: ReportKind, asked: Asked) -> Found:
    reading = kind.reading(asked)
    days = Days(asked.date_from, asked.date_to)
    values = {
        "report_id": report_id,
        "window": asked.window,
        "keys": list(reading.keys),
        "metrics": list(kind.metrics),
        "begin": days.begin,
        "end": days.end,
        "value": reading.value,
        "limit": asked.limit,
        "offset": asked.offset,
    }
    summed = kind.summed and not reading.by_bucket and reading.value is None
    for place, piece in enumerate(pieces(days, asked.window) if summed else ()):
        values |= {f"begin_{place}": piece.begin, f"end_{place}": piece.end}
    statement = _statement(
        reading.by_bucket, reading.by_value, reading.order, reading.value is not None, kind.metrics, summed
    )
    rows = session.execute(statement, values).all()
    total = rows[0].total_count if rows else 0
    if not rows and asked.offset:
        beginning = session.execute(statement, values | {"limit": 1, "offset": 0}).first()
        total = beginning.total_count if beginning else 0
    names = [column.name for column in kind.columns(asked)]
    told = [_told(row, names, asked.offset + at) for at, row in enumerate(rows, 1)]
    return Found(told, total, max((row.run_id for row in rows), default=None))


def _told(row: Row[Any], names: list[str], rank: int) -> dict[str, Any]:
    return {name: _cell(row, name, rank) for name in names}


def _cell(row: Row[Any], name: str, rank: int) -> Any:
    match name:
        case "period":
            return row.bucket_start.astimezone(UTC).date().isoformat()
        case "rank":
            return rank
        case "source" | "status" | "entity_id":
            return None if row.dimension_key == TOTAL else row.dimension_value
        case "avg_processing_ms":
            return round(row.processing_ms / row.timed_count, 1) if row.timed_count else None
    return getattr(row, name)


@lru_cache
def _statement(
    by_bucket: bool, by_value: bool, order: str, filtered: bool, metrics: tuple[str, ...], summed: bool
) -> TextClause:
    """Only our own words become SQL text; every value is bound."""
    groups = ["dimension_key"] + ["bucket_start"] * by_bucket + ["dimension_value"] * by_value
    sums = [
        f"coalesce(cast(sum(metric_value) filter (where metric_name = '{name}') as bigint), 0) as {name}"
        for name in metrics
    ]
    return text(
        f"""
        select {", ".join(groups)}, {", ".join(sums)}, max(run_id) as run_id, count(*) over () as total_count
        from {FROM_SUMS if summed else FROM_SNAPSHOTS}
          {"and dimension_value = :value" if filtered else ""}
        group by {", ".join(groups)}
        order by {order}
        limit :limit offset :offset
        """
    )


def period_ms(period: str) -> int:
    """A period as a chart wants it: epoch milliseconds."""
    return int(datetime.fromisoformat(period).replace(tzinfo=UTC).timestamp() * 1000)


def known_values(session: Session, report_id: int, key: str) -> list[str]:
    """What a dimension's values have been, at most a hundred of them."""
    return list(session.scalars(VALUES, {"report_id": report_id, "key": key}))
