"""What can be asked about refreshes: what came of every due time of a schedule."""

from sqlalchemy import Integer, cast, func, select

from app.queries.models import Query
from app.reporting.datasets import Dataset, Detail, Dimension, Measure, Projection
from app.reporting.words import Aggregate, Kind, Unit
from app.schedules.models import Outcome, Refresh, Schedule

_REFRESH, _SCHEDULE = Refresh.__table__.c, Schedule.__table__.c
_LATE = func.extract("epoch", _REFRESH.decided_at - _REFRESH.due_at) * 1000

REFRESHES = Dataset(
    name="refreshes",
    help="What came of every due time of a schedule.",
    time="When it was due.",
    stored_as="refresh_facts",
    dimensions=(
        Dimension(name="outcome", kind=Kind.TEXT, help="ran, joined, skipped, missed or failed.", short=True),
        Dimension(name="by_hand", kind=Kind.BOOLEAN, help="Whether somebody said: run now.", short=True),
        Dimension(name="schedule_id", kind=Kind.INTEGER, help="The schedule's number."),
        Dimension(name="query_id", kind=Kind.INTEGER, help="The number of the query that it runs."),
        Dimension(name="query", kind=Kind.TEXT, help="That query's name at that time.", short=True),
        Dimension(name="run_id", kind=Kind.INTEGER, help="The run that came of it."),
    ),
    details=(Detail(name="late_ms", kind=Kind.INTEGER, help="From being due until it was decided."),),
    measures=(
        Measure(name="refresh_count", aggregate=Aggregate.COUNT, help="How many due times passed."),
        Measure(
            name="missed_count",
            aggregate=Aggregate.COUNT,
            where=("outcome", (str(Outcome.MISSED), str(Outcome.FAILED))),
            help="How many of them were missed, or could not start a run.",
        ),
        Measure(
            name="missed_rate",
            aggregate=Aggregate.RATIO,
            of="missed_count",
            per="refresh_count",
            unit=Unit.SHARE,
            help="Which share of them that was.",
        ),
        Measure(
            name="avg_late_ms",
            aggregate=Aggregate.AVERAGE,
            of="late_ms",
            unit=Unit.MS,
            help="How late they were decided, on average.",
        ),
        Measure(
            name="max_late_ms",
            aggregate=Aggregate.GREATEST,
            of="late_ms",
            unit=Unit.MS,
            help="How late the latest was.",
        ),
    ),
    projection=Projection(
        select(
            _REFRESH.outcome,
            _REFRESH.asked_by.is_not(None).label("by_hand"),
            _REFRESH.schedule_id,
            _SCHEDULE.query_id,
            Query.name.label("query"),
            _REFRESH.run_id,
            cast(func.greatest(0, func.round(_LATE)), Integer).label("late_ms"),
        )
        .join_from(Refresh.__table__, Schedule.__table__, _SCHEDULE.id == _REFRESH.schedule_id)
        .outerjoin(Query, Query.id == _SCHEDULE.query_id),
        key=_REFRESH.id,
        org_id=_SCHEDULE.org_id,
        occurred_at=_REFRESH.due_at,
    ),
)
