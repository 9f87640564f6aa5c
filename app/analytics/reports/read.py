"""Read an answer from the snapshots: one statement, so that it sees a recompute whole or not at all."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Row, TextClause, text
from sqlalchemy.orm import Session

from app.analytics.buckets import Days
from app.analytics.reports.kind import TOTAL, Asked, ReportKind

VALUES = text(
    """
    select distinct dimension_value from metric_snapshots
    where report_id = :report_id and "window" = 'week' and dimension_key = :key
      and metric_name = 'event_count'
    order by 1 limit 100
    """
)


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
    statement = _statement(
        reading.by_bucket, reading.by_value, reading.order, reading.value is not None, kind.metrics
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
    by_bucket: bool, by_value: bool, order: str, filtered: bool, metrics: tuple[str, ...]
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
        from metric_snapshots
        where report_id = :report_id and "window" = :window and dimension_key = any(:keys)
          and metric_name = any(:metrics) and bucket_start >= :begin and bucket_start < :end
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
