"""What can be asked about runs that have ended. Facts hold numbers and names: no SQL, values or messages."""

from typing import Any

from sqlalchemy import ColumnElement, Integer, cast, func, select

from app.accounts.models import User
from app.datasources.models import Datasource
from app.queries.models import Query, QueryVersion
from app.reporting.datasets import Dataset, Detail, Dimension, Measure, Projection
from app.reporting.words import Aggregate, Kind, Unit
from app.runs.models import DATASET, Run, RunState

_BAD = tuple(str(state) for state in (RunState.FAILED, RunState.TIMED_OUT, RunState.LOST))
_RUN = Run.__table__.c


def _ms(start: ColumnElement[Any], end: ColumnElement[Any]) -> ColumnElement[int]:
    return cast(func.round(func.extract("epoch", end - start) * 1000), Integer)


RUNS = Dataset(
    name=DATASET,
    help="Runs that have ended, however they ended.",
    time="When the run was asked for.",
    stored_as="run_facts",
    dimensions=(
        Dimension(name="run_id", kind=Kind.INTEGER, help="The run's number."),
        Dimension(
            name="state", kind=Kind.TEXT, help="How it ended: succeeded, failed, lost, ...", short=True
        ),
        Dimension(
            name="trigger", kind=Kind.TEXT, help="What started it: person, api or schedule.", short=True
        ),
        Dimension(
            name="failure_reason", kind=Kind.TEXT, help="Why it failed, of a closed set of words.", short=True
        ),
        Dimension(name="truncated_by", kind=Kind.TEXT, help="The limit that cut its result.", short=True),
        Dimension(name="datasource_id", kind=Kind.INTEGER, help="The datasource's number."),
        Dimension(name="datasource", kind=Kind.TEXT, help="The datasource's name at that time.", short=True),
        Dimension(name="datasource_kind", kind=Kind.TEXT, help="Such as postgres.", short=True),
        Dimension(name="query_id", kind=Kind.INTEGER, help="The saved query's number."),
        Dimension(name="query", kind=Kind.TEXT, help="The saved query's name at that time.", short=True),
        Dimension(name="person_id", kind=Kind.INTEGER, help="Who asked for it.", sensitive=True),
        Dimension(name="person", kind=Kind.TEXT, help="That person's name at that time.", sensitive=True),
    ),
    details=(
        Detail(name="waited_ms", kind=Kind.INTEGER, help="From being asked for until it began."),
        Detail(name="duration_ms", kind=Kind.INTEGER, help="From its beginning to its end."),
        Detail(name="result_rows", kind=Kind.INTEGER, help="Rows of its result."),
        Detail(name="result_bytes", kind=Kind.INTEGER, help="Size of its result, raw."),
    ),
    measures=(
        Measure(name="run_count", aggregate=Aggregate.COUNT, help="How many runs ended."),
        Measure(
            name="failed_count",
            aggregate=Aggregate.COUNT,
            where=("state", _BAD),
            help="How many of them failed, timed out or were lost.",
        ),
        Measure(
            name="failure_rate",
            aggregate=Aggregate.RATIO,
            of="failed_count",
            per="run_count",
            unit=Unit.SHARE,
            help="Which share of them did.",
        ),
        Measure(
            name="avg_duration_ms",
            aggregate=Aggregate.AVERAGE,
            of="duration_ms",
            unit=Unit.MS,
            help="How long a run took, on average.",
        ),
        Measure(
            name="median_duration_ms",
            aggregate=Aggregate.MEDIAN,
            of="duration_ms",
            unit=Unit.MS,
            help="Half of the runs took no longer than this.",
        ),
        Measure(
            name="p95_duration_ms",
            aggregate=Aggregate.P95,
            of="duration_ms",
            unit=Unit.MS,
            help="95 of 100 runs took no longer than this.",
        ),
        Measure(
            name="max_duration_ms",
            aggregate=Aggregate.GREATEST,
            of="duration_ms",
            unit=Unit.MS,
            help="The longest run.",
        ),
        Measure(
            name="avg_waited_ms",
            aggregate=Aggregate.AVERAGE,
            of="waited_ms",
            unit=Unit.MS,
            help="How long a run waited before it began, on average.",
        ),
        Measure(
            name="total_rows", aggregate=Aggregate.SUM, of="result_rows", help="Rows of all results together."
        ),
        Measure(
            name="total_bytes",
            aggregate=Aggregate.SUM,
            of="result_bytes",
            unit=Unit.BYTES,
            help="Size of all results together, raw.",
        ),
        Measure(
            name="person_count",
            aggregate=Aggregate.DISTINCT,
            of="person_id",
            help="How many different people asked.",
        ),
    ),
    projection=Projection(
        select(
            _RUN.id.label("run_id"),
            _RUN.state,
            _RUN.trigger,
            _RUN.failure_reason,
            _RUN.truncated_by,
            _RUN.datasource_id,
            Datasource.name.label("datasource"),
            Datasource.kind.label("datasource_kind"),
            QueryVersion.query_id,
            Query.name.label("query"),
            _RUN.requested_by.label("person_id"),
            User.name.label("person"),
            _ms(_RUN.queued_at, _RUN.started_at).label("waited_ms"),
            _ms(_RUN.started_at, _RUN.finished_at).label("duration_ms"),
            _RUN.row_count.label("result_rows"),
            _RUN.byte_count.label("result_bytes"),
        )
        .join_from(Run.__table__, Datasource, Datasource.id == _RUN.datasource_id)
        .join(User, User.id == _RUN.requested_by)
        .outerjoin(QueryVersion, QueryVersion.id == _RUN.query_version_id)
        .outerjoin(Query, Query.id == QueryVersion.query_id),
        key=_RUN.id,
        org_id=_RUN.org_id,
        occurred_at=_RUN.queued_at,
        ready=_RUN.finished_at.is_not(None),
    ),
)
