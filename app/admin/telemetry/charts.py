"""The charts of the telemetry page: one statement each, in as many steps of time as a line needs."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.clock import now
from app.telemetry.names import (
    CACHE,
    PROBE,
    REQUESTS,
    RUN_DURATION,
    RUN_QUEUE,
    RUN_ROWS,
    RUNS,
    RUNS_WAITING,
    SCHEDULE_LAG,
    SLOTS_LIMIT,
    SLOTS_USED,
    TILE_FRESHNESS,
    Metric,
)
from app.telemetry.read import Scope

STEPS = 60
MOST_LINES = 4
WIDTH, HEIGHT = 600, 120
SPANS = {
    "hour": ("Last hour", timedelta(hours=1)),
    "day": ("Last day", timedelta(days=1)),
    "week": ("Last week", timedelta(days=7)),
    "month": ("Last 30 days", timedelta(days=30)),
}

ASK = """
select date_bin(:step, time, :start) as at, {line} as line, {number} as number
from metric_values join metric_series on metric_series.id = series_id
where name = any(:names) and (org_id = :org_id or :installation and org_id is null)
  and time >= :start and time < :end
group by 1, 2 order by 1
"""
SUM, MEAN, MOST = "sum(value)", "avg(value)", "max(value)"
P95 = "percentile_cont(0.95) within group (order by value)"
DECISION, STEP = "metric_series.tags ->> 'decision'", "metric_series.tags ->> 'step'"
OUTCOME = "case when success then 'ended well' else 'did not' end"


@dataclass(frozen=True, slots=True)
class Kind:
    """`unit`: s, count. `fills`: where nothing was recorded there was none, as with counts."""

    title: str
    metrics: tuple[Metric, ...]
    number: str
    line: str
    unit: str = "s"
    fills: bool = False


KINDS = (
    Kind("Runs", (RUNS,), SUM, OUTCOME, "count", fills=True),
    Kind("Waiting for a slot, slowest 5 %", (RUN_QUEUE,), P95, "'waited'"),
    Kind("Duration of runs, slowest 5 %", (RUN_DURATION,), P95, "'ran'"),
    Kind("Rows returned", (RUN_ROWS,), SUM, "'rows'", "count", fills=True),
    Kind("Slots", (SLOTS_USED, SLOTS_LIMIT), MOST, "replace(name, 'plumb_slots_', '')", "count"),
    Kind("Runs without a slot, most", (RUNS_WAITING,), MOST, "'runs'", "count"),
    Kind(
        "Answers by the cache's decision",
        (CACHE,),
        SUM,
        "metric_series.tags ->> 'decision'",
        "count",
        fills=True,
    ),
    Kind("Lateness of schedules, most", (SCHEDULE_LAG,), MOST, "'late'"),
    Kind("Age of tiles when shown", (TILE_FRESHNESS,), MEAN, "'age'"),
    Kind("Datasource probes, slowest", (PROBE,), MOST, STEP),
    Kind("Time to answer a request", (REQUESTS,), MEAN, "'mean'"),
)


@dataclass(slots=True)
class Line:
    """`points` has None where nothing was recorded; `parts` are polylines of the drawing."""

    name: str
    points: list[float | None]
    parts: list[str] = field(default_factory=list)

    @property
    def latest(self) -> float:
        return next((each for each in reversed(self.points) if each is not None), 0.0)


@dataclass(slots=True)
class Chart:
    """`top` is what the upper edge of the drawing stands for."""

    title: str
    unit: str
    lines: list[Line]
    top: float
    start: datetime
    end: datetime
    hidden: int = 0


def charts(session: Session, scope: Scope, span: str) -> list[Chart]:
    """Those of which anything was recorded in the time."""
    _, length = SPANS[span]
    step = length / STEPS
    end = now()
    start = end - length
    return [chart for kind in KINDS if (chart := _chart(session, scope, kind, start, end, step))]


def _chart(
    session: Session, scope: Scope, kind: Kind, start: datetime, end: datetime, step: timedelta
) -> Chart | None:
    values: dict[str, Any] = {
        "step": step,
        "start": start,
        "end": end,
        "names": [metric.name for metric in kind.metrics],
        "org_id": scope.org_id,
        "installation": scope.installation,
    }
    rows = session.execute(text(ASK.format(line=kind.line, number=kind.number)), values).all()
    if not rows:
        return None
    empty: float | None = 0.0 if kind.fills else None
    found: dict[str, list[float | None]] = {}
    for row in rows:
        points = found.setdefault(row.line or "none", [empty] * STEPS)
        points[min(STEPS - 1, int((row.at - start) / step))] = float(row.number)
    lines = sorted((Line(name, points) for name, points in found.items()), key=_weight, reverse=True)
    top = _round_up(max(each for line in lines for each in line.points if each is not None))
    for line in lines[:MOST_LINES]:
        line.parts = list(_polylines(line.points, top))
    return Chart(kind.title, kind.unit, lines[:MOST_LINES], top, start, end, max(0, len(lines) - MOST_LINES))


def _polylines(points: Sequence[float | None], top: float) -> Iterator[str]:
    """A stretch without gaps each; a lone point is drawn as wide as its step."""
    step = WIDTH / STEPS
    stretch: list[str] = []
    for place, value in enumerate([*points, None]):
        if value is not None:
            height = HEIGHT - value / top * HEIGHT
            stretch.append(f"{place * step + step / 2:.1f},{height:.1f}")
            continue
        if len(stretch) == 1:
            x, _, y = stretch[0].partition(",")
            stretch = [f"{float(x) - step / 2:.1f},{y}", f"{float(x) + step / 2:.1f},{y}"]
        if stretch:
            yield " ".join(stretch)
        stretch = []


def _weight(line: Line) -> float:
    return sum(each or 0.0 for each in line.points)


def _round_up(value: float) -> float:
    """The next of 1, 2, 5 times a power of ten."""
    if value <= 0 or not math.isfinite(value):
        return 1.0
    unit = 10.0 ** math.floor(math.log10(value))
    return float(next(each * unit for each in (1, 2, 5, 10) if each * unit >= value))
