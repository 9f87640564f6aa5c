"""Store what was taken: one transaction a batch, by COPY."""

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson
import psycopg
from psycopg.errors import CheckViolation
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from app.core import db
from app.core.clock import now
from app.telemetry import partitions
from app.telemetry.entries import SERIES, Event, Severity, Value
from app.telemetry.names import DROPPED
from app.telemetry.series import Series, series_of
from app.telemetry.totals import add_totals
from app.telemetry.writer import Away

NAMED_FOR_S = 600.0  # then a process names its series again: clean-up deletes those that nobody names
_named: dict[int, float] = {}

UPSERT = text(
    """
    insert into metric_series as old (id, org_id, category, name, target, tags, description, seen_at)
    select id, org_id, category, name, target, cast(tags as jsonb), description, :moment
    from unnest(cast(:ids as bigint[]), cast(:org_ids as bigint[]), cast(:categories as text[]),
                cast(:names as text[]), cast(:targets as text[]), cast(:tags as text[]),
                cast(:descriptions as text[]))
         as new(id, org_id, category, name, target, tags, description)
    order by id
    on conflict (id) do update set seen_at = excluded.seen_at, description = excluded.description
    """
)
COPY_VALUES = "copy metric_values (series_id, time, value, unit, success, duration_ms, tags) from stdin"
COPY_EVENTS = "copy telemetry_events (time, org_id, source, kind, severity, message, payload) from stdin"


def save(entries: Sequence[tuple[Any, ...]], dropped: int) -> None:
    """Store these values and events, and that so many were dropped before.

    Raises Away when Postgres does not answer.
    """
    values = [Value._make(each) for each in entries if each[SERIES] is not None]
    events = [Event._make(each) for each in entries if each[SERIES] is None]
    if dropped:
        values.append(_about_dropped(dropped))
        events.append(_told_dropped(dropped))
    try:
        _try(values, events)
    except (psycopg.OperationalError, OperationalError, NoConnectionFree) as error:
        raise Away(str(error)) from error


def _try(values: list[Value], events: list[Event]) -> None:
    for again in (True, False):
        partitions.make(partitions.VALUES, {_day(each.time) for each in values})
        partitions.make(partitions.EVENTS, {_day(each.time) for each in events})
        try:
            with db.engine().begin() as connection:
                connection.execute(text("set local synchronous_commit = off"))
                named = write(connection, values, events)
            _named.update(dict.fromkeys(named, time.monotonic()))
            return
        except CheckViolation:
            forget()  # a partition that this process knew of was dropped
            if not again:
                raise
        except BaseException:
            forget()
            raise


def forget() -> None:
    """Take nothing as stored already: neither a series' name nor a day's partition."""
    _named.clear()
    partitions.forget()


def write(connection: Connection, values: Sequence[Value], events: Sequence[Event]) -> list[int]:
    """In the connection's transaction, which the caller ends. The days' partitions must be there.

    Returns the series that were named by it.
    """
    named = _name_series(connection, {each.series_id: each.series for each in values})
    if values:
        _copy(connection, COPY_VALUES, (_value_line(each) for each in rolled(values)))
        add_totals(connection, values)
    if events:
        _copy(connection, COPY_EVENTS, map(_event_line, events))
    return named


def _name_series(connection: Connection, series: dict[int, Series]) -> list[int]:
    """Store those that this process has not named for a while."""
    moment = time.monotonic()
    fresh = {id: each for id, each in series.items() if moment - _named.get(id, -NAMED_FOR_S) >= NAMED_FOR_S}
    if not fresh:
        return []
    columns: dict[str, Any] = {
        "moment": now(),
        "ids": list(fresh),
        "org_ids": [each.org_id for each in fresh.values()],
        "categories": [str(each.category) for each in fresh.values()],
        "names": [each.name for each in fresh.values()],
        "targets": [_storable(each.target) for each in fresh.values()],
        "tags": [_json(each.tags) for each in fresh.values()],
        "descriptions": [each.description for each in fresh.values()],
    }
    connection.execute(UPSERT, columns)
    return list(fresh)


def rolled(values: Sequence[Value]) -> Iterable[Value]:
    """Those of metrics that come often become one a series: a counter's sum, or the mean and the most."""
    together: defaultdict[int, list[Value]] = defaultdict(list)
    for each in values:
        if each.series.metric and each.series.metric.often:
            together[each.series_id].append(each)
        else:
            yield each
    for group in together.values():
        last, total = group[-1], sum(each.value for each in group)
        if last.series.metric and last.series.metric.buckets:
            tags = {"count": len(group), "most": max(each.value for each in group)}
            total /= len(group)
        else:
            tags = {"count": len(group)}
        yield last._replace(value=total, success=all(each.success for each in group), tags=tags)


def _about_dropped(count: int) -> Value:
    series = series_of(DROPPED, ("full",), None)
    return Value(now().timestamp(), series.id, series, count, "", success=False)


def _told_dropped(count: int) -> Event:
    said = f"{count:,} values or events were dropped: they came faster than they could be stored."
    return Event(
        now().timestamp(), None, None, "telemetry", "dropped", Severity.WARNING, said, {"count": count}
    )


def _copy(connection: Connection, statement: str, lines: Iterable[str]) -> None:
    driver: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write("".join(lines))


def _value_line(each: Value) -> str:
    took = r"\N" if each.duration_ms is None else repr(float(each.duration_ms))
    tags = _escaped(_json(each.tags)) if each.tags else r"\N"
    unit = _escaped(each.unit)
    return (
        f"{each.series_id}\t{_moment(each.time)}\t{float(each.value)!r}\t{unit}\t"
        f"{'t' if each.success else 'f'}\t{took}\t{tags}\n"
    )


def _event_line(each: Event) -> str:
    words = map(_escaped, (each.source, each.kind, each.severity, each.message, _json(each.payload)))
    org = r"\N" if each.org_id is None else each.org_id
    return f"{_moment(each.time)}\t{org}\t" + "\t".join(words) + "\n"


def _moment(seconds: float) -> str:
    """As `datetime.isoformat` says it, which takes longer: many values fall into one second."""
    whole, micros = divmod(round(seconds * 1_000_000), 1_000_000)
    return f"{_second(whole)}.{micros:06}Z"


@lru_cache(maxsize=1_024)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat()


def _day(seconds: float) -> Any:
    return datetime.fromtimestamp(seconds, UTC).date()


def _json(value: Any) -> str:
    return _storable(orjson.dumps(dict(value), default=str, option=orjson.OPT_NON_STR_KEYS).decode())


def _storable(text: str) -> str:
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}").replace("\\u0000", "\\ufffd")


def _escaped(text: str) -> str:
    if not text or text.isalnum():
        return text
    text = text.replace("\x00", "\N{REPLACEMENT CHARACTER}").replace("\\", "\\\\")
    return text.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
