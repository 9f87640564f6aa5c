"""What the rest of the software calls: a call takes about a microsecond and never waits for Postgres.

What was taken is stored within seconds. Do not call this from a real thread beside gevent's (`core.aside`,
`core.native`): the first call starts the thread that stores.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.core.clock import seconds as now_s
from app.telemetry.entries import WIDTH, Event, Severity, Value
from app.telemetry.names import Metric
from app.telemetry.save import save
from app.telemetry.series import Series, series_of
from app.telemetry.writer import Writer

MOST_KNOWN = 20_000  # series of which a process remembers the number

_known: dict[tuple[object, ...], tuple[int, Series]] = {}
_named: dict[int, Series] = {}
_writer = Writer(save, width=WIDTH)


def observe(
    metric: Metric,
    value: float,
    *labels: str,
    org_id: int | None = None,
    success: bool = True,
    duration_ms: float | None = None,
    tags: Mapping[str, Any] | None = None,
) -> None:
    """Record a value of one of our own metrics (`names.py`), with the values of its labels in their order."""
    key = (metric.name, org_id, labels)
    series_id, series = _known.get(key) or _remember(key, series_of(metric, labels, org_id))
    _writer.put(Value(now_s(), series_id, series, value, metric.unit, success, duration_ms, tags))


def upsert_metric_series(
    category: str,
    name: str,
    target: str = "",
    *,
    tags: Mapping[str, str] | None = None,
    description: str = "",
    org_id: int | None = None,
) -> int:
    """The number of this series, the same for the same words in every process; stored with its values."""
    series = Series(category, name, target, dict(tags or {}), description, org_id)
    key = (category, name, target, *sorted(series.tags.items()), description, org_id)
    series_id, series = _known.get(key) or _remember(key, series)
    _named[series_id] = series
    return series_id


def insert_metric_value(
    series_id: int,
    value: float,
    *,
    unit: str = "",
    success: bool = True,
    duration_ms: float | None = None,
    tags: Mapping[str, Any] | None = None,
    time: datetime | None = None,
) -> None:
    """A value of a series that this process has named. Raises LookupError for any other."""
    series = _named.get(series_id)
    if series is None:
        raise LookupError(f"no series {series_id} was named here; call upsert_metric_series first")
    moment = time.timestamp() if time else now_s()
    _writer.put(Value(moment, series_id, series, value, unit, success, duration_ms, tags))


def insert_event(
    source: str,
    kind: str,
    severity: Severity,
    message: str,
    payload: Mapping[str, Any] | None = None,
    *,
    org_id: int | None = None,
    time: datetime | None = None,
) -> None:
    """Something happened. A value of a query or a secret belongs into neither message nor payload."""
    moment = time.timestamp() if time else now_s()
    _writer.put(Event(moment, org_id, None, source, kind, severity, message, payload or {}))


def flush(timeout_s: float = 5.0) -> bool:
    """Store what was taken so far; False when Postgres does not answer in time."""
    return _writer.flush(timeout_s)


def shutdown(timeout_s: float = 5.0) -> bool:
    """As `flush`, and nothing is stored in the background any more: the process ends."""
    return _writer.shutdown(timeout_s)


def _remember(key: tuple[object, ...], series: Series) -> tuple[int, Series]:
    if len(_known) >= MOST_KNOWN:
        _known.clear()
    found = _known[key] = series.id, series
    return found
