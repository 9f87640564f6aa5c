"""What an org's own probes send: values and events, all of a body or nothing."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import orjson
from pydantic import Field, field_validator
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core.clock import now
from app.telemetry import partitions
from app.telemetry.entries import Event, Severity, Value
from app.telemetry.names import Category
from app.telemetry.save import write
from app.telemetry.series import Series
from app.web.forms import Body

MOST = 1_000
OLDEST = timedelta(days=7)
AHEAD = timedelta(minutes=5)
LARGEST_PAYLOAD = 10_000  # bytes of JSON

Name = Annotated[str, Field(min_length=1, max_length=200)]
Tags = Annotated[dict[Name, Annotated[str, Field(max_length=200)]], Field(max_length=20)]


class _Timed(Body):
    time: datetime | None = None

    @field_validator("time")
    @classmethod
    def _not_far(cls, time: datetime | None) -> datetime | None:
        if time is None:
            return None
        time = time if time.tzinfo else time.replace(tzinfo=UTC)
        if not now() - OLDEST <= time <= now() + AHEAD:
            raise ValueError(f"Use a time of the last {OLDEST.days} days, or leave it out for now.")
        return time

    @property
    def seconds(self) -> float:
        return (self.time or now()).timestamp()


class MetricBody(_Timed):
    """A value of a series of the org's own."""

    name: Annotated[str, Field(pattern=r"^[a-zA-Z_][a-zA-Z0-9_:]{0,199}$")]
    value: Annotated[float, Field(allow_inf_nan=False)]
    target: Annotated[str, Field(max_length=200)] = ""
    category: str = Category.CUSTOM
    tags: Tags = Field(default_factory=dict)
    description: Annotated[str, Field(max_length=1000)] = ""
    unit: Annotated[str, Field(max_length=50)] = ""
    success: bool = True
    duration_ms: Annotated[float | None, Field(ge=0, allow_inf_nan=False)] = None
    value_tags: Tags = Field(default_factory=dict)

    @field_validator("name")
    @classmethod
    def _own_name(cls, name: str) -> str:
        if name.startswith("plumb_"):
            raise ValueError("Names that begin with plumb_ are Plumbline's own. Choose another.")
        return name

    @field_validator("category")
    @classmethod
    def _own_category(cls, category: str) -> str:
        if category != Category.CUSTOM:
            raise ValueError("Use the category custom, or leave it out: the others are Plumbline's own.")
        return category


class EventBody(_Timed):
    """Something that happened."""

    source: Name
    kind: Name
    severity: Severity = Severity.INFO
    message: Annotated[str, Field(min_length=1, max_length=2_000)]
    payload: dict[str, Any] = Field(default_factory=dict)

    @field_validator("payload")
    @classmethod
    def _small(cls, payload: dict[str, Any]) -> dict[str, Any]:
        try:
            size = len(orjson.dumps(payload))
        except (orjson.JSONEncodeError, RecursionError) as error:
            raise ValueError("This cannot be kept as JSON.") from error
        if size > LARGEST_PAYLOAD:
            raise ValueError(f"Use at most {LARGEST_PAYLOAD:,} bytes of JSON.")
        return payload


class MetricsBody(Body):
    metrics: Annotated[list[MetricBody], Field(min_length=1, max_length=MOST)]


class EventsBody(Body):
    events: Annotated[list[EventBody], Field(min_length=1, max_length=MOST)]


def keep_metrics(session: Session, actor: Actor, bodies: Sequence[MetricBody]) -> int:
    """Stored with the session's transaction; how many."""
    values = []
    for each in bodies:
        series = Series(
            each.category, each.name, each.target, each.tags, each.description, org_id=actor.org_id
        )
        values.append(
            Value(
                each.seconds,
                series.id,
                series,
                each.value,
                each.unit,
                each.success,
                each.duration_ms,
                each.value_tags or None,
            )
        )
    _keep(session, values, [])
    return len(values)


def keep_events(session: Session, actor: Actor, bodies: Sequence[EventBody]) -> int:
    """Stored with the session's transaction; how many."""
    events = [
        Event(
            each.seconds,
            actor.org_id,
            None,
            each.source,
            each.kind,
            each.severity,
            each.message,
            each.payload,
        )
        for each in bodies
    ]
    _keep(session, [], events)
    return len(events)


def _keep(session: Session, values: list[Value], events: list[Event]) -> None:
    times = [each.time for each in values] + [each.time for each in events]
    days = {datetime.fromtimestamp(each, UTC).date() for each in times}
    partitions.make(partitions.VALUES if values else partitions.EVENTS, days)
    write(session.connection(), values, events)
