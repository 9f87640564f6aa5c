"""Telemetry as a dataset: dashboards and reports ask it in words, as they ask about runs.

In place, as values are facts already. What belongs to no org, such as web requests, is not in it.
"""

from sqlalchemy import Numeric, cast, select

from app.reporting.datasets import Dataset, Detail, Dimension, Measure
from app.reporting.words import Aggregate, Kind
from app.telemetry.models import MetricSeries, MetricValue

_SERIES, _VALUE = MetricSeries.__table__.c, MetricValue.__table__.c
_FACTS = (
    select(
        _SERIES.org_id,
        _VALUE.time.label("occurred_at"),
        _SERIES.category,
        _SERIES.name.label("metric"),
        _SERIES.target,
        _VALUE.unit,
        _VALUE.success,
        cast(_VALUE.value, Numeric).label("value"),
    )
    .join_from(MetricSeries.__table__, MetricValue.__table__, _VALUE.series_id == _SERIES.id)
    .where(_SERIES.org_id.is_not(None))
    .subquery("telemetry_facts")
)

TELEMETRY = Dataset(
    name="telemetry",
    help="What Plumbline measured of itself in this organisation, and what its own probes sent.",
    time="When it was measured.",
    in_place=_FACTS,
    dimensions=(
        Dimension(name="metric", kind=Kind.TEXT, help="Such as plumb_run_duration_seconds.", short=True),
        Dimension(name="category", kind=Kind.TEXT, help="Such as runs, or custom.", short=True),
        Dimension(name="target", kind=Kind.TEXT, help="What it is about, such as a datasource's number."),
        Dimension(name="unit", kind=Kind.TEXT, help="Of the value, such as s.", short=True),
        Dimension(name="success", kind=Kind.BOOLEAN, help="Whether it went well.", short=True),
    ),
    details=(Detail(name="value", kind=Kind.DECIMAL, help="The measured value."),),
    measures=(
        Measure(name="value_sum", aggregate=Aggregate.SUM, of="value", help="All values together."),
        Measure(name="value_avg", aggregate=Aggregate.AVERAGE, of="value", help="The value on average."),
        Measure(name="value_max", aggregate=Aggregate.GREATEST, of="value", help="The greatest value."),
        Measure(name="value_p95", aggregate=Aggregate.P95, of="value", help="Most values are at most this."),
        Measure(
            name="failure_count",
            aggregate=Aggregate.COUNT,
            where=("success", (False,)),
            help="How many did not go well.",
        ),
    ),
)
