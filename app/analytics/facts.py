"""What can be asked about events, snapshots and recompute runs. Their tables hold facts already."""

from sqlalchemy import BigInteger, cast, func, select

from app.analytics.models import AnalyticsEvent, EventSource, MetricSnapshot, RecomputeRun, ReportDefinition
from app.reporting.datasets import Dataset, Detail, Dimension, Measure
from app.reporting.words import Aggregate, Kind, Unit

_event, _run, _snapshot = (each.__table__.c for each in (AnalyticsEvent, RecomputeRun, MetricSnapshot))
_report, _source = ReportDefinition.__table__.c, EventSource.__table__.c

EVENTS = Dataset(
    name="analytics_events",
    help="Events that sources have sent, one by one.",
    time="When the event happened, as its source says.",
    in_place=select(
        _event.org_id,
        _event.occurred_at,
        _source.slug.label("source"),
        _event.entity_id,
        _event.status,
        _event.processing_ms,
        _event.amount_cents,
    )
    .join_from(AnalyticsEvent.__table__, EventSource.__table__, _source.id == _event.source_id)
    .subquery("analytics_event_facts"),
    dimensions=(
        Dimension(name="source", kind=Kind.TEXT, help="The event source's slug.", short=True),
        Dimension(name="status", kind=Kind.TEXT, help="The event's status.", short=True),
        Dimension(name="entity_id", kind=Kind.TEXT, help="What the event is about."),
    ),
    details=(
        Detail(name="processing_ms", kind=Kind.INTEGER, help="How long it took, where its source says."),
        Detail(name="amount_cents", kind=Kind.INTEGER, help="What it is worth, where its source says."),
    ),
    measures=(
        Measure(name="event_count", aggregate=Aggregate.COUNT, help="How many events happened."),
        Measure(
            name="entity_count",
            aggregate=Aggregate.DISTINCT,
            of="entity_id",
            help="How many different entities they were about.",
        ),
        Measure(
            name="total_amount_cents",
            aggregate=Aggregate.SUM,
            of="amount_cents",
            unit=Unit.CENTS,
            help="What they are worth together.",
        ),
        Measure(
            name="avg_processing_ms",
            aggregate=Aggregate.AVERAGE,
            of="processing_ms",
            unit=Unit.MS,
            help="How long an event took, on average.",
        ),
        Measure(
            name="p95_processing_ms",
            aggregate=Aggregate.P95,
            of="processing_ms",
            unit=Unit.MS,
            help="95 of 100 events took no longer than this.",
        ),
    ),
)
SNAPSHOTS = Dataset(
    name="metric_snapshots",
    help="The numbers that reports over events are read from, one for each bucket, dimension and metric.",
    time="When the bucket begins.",
    in_place=select(
        _snapshot.org_id,
        _snapshot.bucket_start.label("occurred_at"),
        _report.slug.label("report"),
        _snapshot.window,
        _snapshot.dimension_key,
        _snapshot.dimension_value,
        _snapshot.metric_name,
        _snapshot.metric_value,
        _snapshot.run_id.label("recompute_run_id"),
    )
    .join_from(MetricSnapshot.__table__, ReportDefinition.__table__, _report.id == _snapshot.report_id)
    .subquery("metric_snapshot_facts"),
    dimensions=(
        Dimension(name="report", kind=Kind.TEXT, help="The report's slug.", short=True),
        Dimension(name="window", kind=Kind.TEXT, help="How wide the bucket is: day or week.", short=True),
        Dimension(name="dimension_key", kind=Kind.TEXT, help="total, source, status or entity.", short=True),
        Dimension(name="dimension_value", kind=Kind.TEXT, help="Which one; empty for the total."),
        Dimension(name="metric_name", kind=Kind.TEXT, help="Such as event_count.", short=True),
        Dimension(name="recompute_run_id", kind=Kind.INTEGER, help="The run that made the number."),
    ),
    details=(Detail(name="metric_value", kind=Kind.INTEGER, help="The number."),),
    measures=(
        Measure(
            name="metric_total",
            aggregate=Aggregate.SUM,
            of="metric_value",
            help="The numbers added up: choose one report, window, dimension_key and metric_name.",
        ),
        Measure(
            name="metric_greatest",
            aggregate=Aggregate.GREATEST,
            of="metric_value",
            help="The greatest of them.",
        ),
    ),
)
RECOMPUTES = Dataset(
    name="recompute_runs",
    help="Rebuildings of snapshots, those of a window by itself too.",
    time="When the run was asked for.",
    in_place=select(
        _run.org_id,
        _run.requested_at.label("occurred_at"),
        _run.id.label("recompute_run_id"),
        _report.slug.label("report"),
        _run.window,
        _run.state,
        _run.trigger,
        cast(func.round(func.extract("epoch", _run.finished_at - _run.started_at) * 1000), BigInteger).label(
            "duration_ms"
        ),
    )
    .join_from(RecomputeRun.__table__, ReportDefinition.__table__, _report.id == _run.report_id)
    .subquery("recompute_run_facts"),
    dimensions=(
        Dimension(name="recompute_run_id", kind=Kind.INTEGER, help="The run's number."),
        Dimension(name="report", kind=Kind.TEXT, help="The report's slug.", short=True),
        Dimension(name="window", kind=Kind.TEXT, help="day or week.", short=True),
        Dimension(name="state", kind=Kind.TEXT, help="pending, running, completed or failed.", short=True),
        Dimension(name="trigger", kind=Kind.TEXT, help="person, api, interval or seed.", short=True),
    ),
    details=(Detail(name="duration_ms", kind=Kind.INTEGER, help="From its beginning to its end."),),
    measures=(
        Measure(name="run_count", aggregate=Aggregate.COUNT, help="How many were asked for."),
        Measure(
            name="failed_count",
            aggregate=Aggregate.COUNT,
            where=("state", ("failed",)),
            help="How many of them failed.",
        ),
        Measure(
            name="avg_duration_ms",
            aggregate=Aggregate.AVERAGE,
            of="duration_ms",
            unit=Unit.MS,
            help="How long a run took, on average.",
        ),
    ),
)
DATASETS = (EVENTS, SNAPSHOTS, RECOMPUTES)
