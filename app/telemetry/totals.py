"""Totals since the beginning, for whoever asks what was counted: they outlive the values' retention."""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from app.telemetry.entries import Value
from app.telemetry.names import Kind, Metric, metric_named

ADD = text(
    """
    insert into metric_totals as total (series_id, le, count, sum)
    select series_id, le, count, sum
    from unnest(cast(:series_ids as bigint[]), cast(:les as float8[]), cast(:counts as bigint[]),
                cast(:sums as float8[])) as new(series_id, le, count, sum)
    order by series_id, le
    on conflict (series_id, le) do update
    set count = total.count + excluded.count, sum = total.sum + excluded.sum
    """
)
ALL = text(
    """
    select name, tags, org_id, le, count as how_many, sum as summed from metric_totals
    join metric_series on metric_series.id = series_id order by name, series_id, le
    """
)


@dataclass(slots=True)
class Total:
    """`count` and `sum` of all values of a series; `buckets`: bound -> how many were at most that."""

    metric: Metric
    labels: Mapping[str, str]
    org_id: int | None
    count: int
    sum: float
    buckets: dict[float, int]


def add_totals(connection: Connection, values: Sequence[Value]) -> None:
    """Add these values to the totals of their counters and histograms."""
    found: defaultdict[tuple[int, float], list[float]] = defaultdict(lambda: [0, 0.0])
    for each in values:
        metric = each.series.metric
        if metric is None or metric.kind is Kind.GAUGE:
            continue
        place = bisect_left(metric.buckets, each.value)
        le = metric.buckets[place] if place < len(metric.buckets) else math.inf
        cell = found[each.series_id, le]
        cell[0] += 1
        cell[1] += each.value
    if found:
        rows = [(*key, int(count), total) for key, (count, total) in found.items()]
        names = ("series_ids", "les", "counts", "sums")
        connection.execute(ADD, dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))


def read_totals(session: Session) -> list[Total]:
    """Of every counter and histogram, by name. A metric of which nothing was recorded is not among them."""
    found: dict[tuple[object, ...], Total] = {}
    for row in session.execute(ALL):
        metric = metric_named(row.name)
        if metric is None:
            continue
        labels = {name: row.tags.get(name, "") for name in metric.labels}
        key = (row.name, row.org_id, *sorted(row.tags.items()))
        total = found.setdefault(
            key, Total(metric, labels, row.org_id, 0, 0.0, dict.fromkeys(metric.buckets, 0))
        )
        total.count += row.how_many
        total.sum += row.summed
        for bound in total.buckets:
            if row.le <= bound:
                total.buckets[bound] += row.how_many
    return list(found.values())
