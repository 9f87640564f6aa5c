"""The three reports that ship."""

from app.analytics.reports.kind import (
    AMOUNT,
    AVERAGE,
    EVENTS,
    PERIOD,
    TOTAL,
    Asked,
    Column,
    Reading,
    ReportKind,
)


def _volume(asked: Asked) -> Reading:
    source = asked.filter("source")
    keys = ("source",) if source else (TOTAL, "source") if asked.breakdown else (TOTAL,)
    order = "bucket_start, dimension_key desc, dimension_value"  # the total before its sources
    return Reading(keys, by_bucket=True, by_value=True, order=order, value=source)


def _volume_columns(asked: Asked) -> tuple[Column, ...]:
    of_source = (Column("source", "text", "Source"),) if asked.breakdown or asked.filter("source") else ()
    return (PERIOD, *of_source, EVENTS, AMOUNT, AVERAGE)


def _statuses(asked: Asked) -> Reading:
    each = asked.breakdown == "period"
    order = ("bucket_start, " if each else "") + "event_count desc, dimension_value"
    return Reading(("status",), by_bucket=each, by_value=True, order=order, value=asked.filter("status"))


def _status_columns(asked: Asked) -> tuple[Column, ...]:
    period = (PERIOD,) if asked.breakdown else ()
    return (*period, Column("status", "text", "Status"), EVENTS, AMOUNT)


def _entities(asked: Asked) -> Reading:
    return Reading(("entity",), by_bucket=False, by_value=True, order="event_count desc, dimension_value")


def _entity_columns(asked: Asked) -> tuple[Column, ...]:
    return (Column("rank", "integer", "Rank"), Column("entity_id", "text", "Entity"), EVENTS, AMOUNT)


VOLUME = ReportKind(
    slug="volume-by-period",
    name="Volume by period",
    description="How many events each day or week had, what they were worth and how long they took.",
    dimension="source",
    expression="source_id",
    join="join event_sources on event_sources.id = counted.value",
    worded="event_sources.slug",
    metrics=("event_count", "amount_cents", "processing_ms", "timed_count"),
    reading=_volume,
    columns=_volume_columns,
    breakdowns=("source",),
    filters=("source",),
)
STATUSES = ReportKind(
    slug="status-counts",
    name="Status counts",
    description="How many events ended in which status.",
    dimension="status",
    expression="status",
    metrics=("event_count", "amount_cents"),
    reading=_statuses,
    columns=_status_columns,
    breakdowns=("period",),
    filters=("status",),
)
ENTITIES = ReportKind(
    slug="top-entities",
    name="Top entities",
    description="Which entities had the most events.",
    dimension="entity",
    expression="entity_id",
    metrics=("event_count", "amount_cents"),
    reading=_entities,
    columns=_entity_columns,
    summed=True,
)
KINDS = {kind.slug: kind for kind in (VOLUME, STATUSES, ENTITIES)}
