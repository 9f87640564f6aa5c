"""What a report over snapshots is made of: which numbers are kept of each bucket, and how they are read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from app.analytics.models import Window

TOTAL = "total"  # the dimension of whole buckets
METRICS = {
    "event_count": "count(*)",
    "amount_cents": "coalesce(sum(amount_cents), 0)",
    "processing_ms": "coalesce(sum(processing_ms), 0)",
    "timed_count": "count(processing_ms)",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to a report. Its days are whole buckets, both included."""

    window: Window
    date_from: date
    date_to: date
    limit: int
    offset: int = 0
    breakdown: str | None = None
    filters: tuple[tuple[str, str], ...] = ()

    def filter(self, name: str) -> str | None:
        return dict(self.filters).get(name)


@dataclass(frozen=True, slots=True)
class Column:
    """Of an answer. `period` is the bucket's first day, `rank` counts from 1."""

    name: str
    kind: str  # as of a result's column: text, date, integer, float
    label: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """How an answer is read: rows of these dimensions, grouped by bucket, by value or by both."""

    keys: tuple[str, ...]
    by_bucket: bool
    by_value: bool
    order: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class ReportKind:
    """A report that ships. Of each bucket `metrics` are kept for each value of `expression`, a column of
    events that `join` puts into words, and for the whole bucket. `summed`: sums of many buckets too, since
    there are so many values.
    """

    slug: str
    name: str
    description: str
    dimension: str
    expression: str
    metrics: tuple[str, ...]
    reading: Callable[[Asked], Reading]
    columns: Callable[[Asked], tuple[Column, ...]]
    breakdowns: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    join: str = ""
    worded: str = "value"
    cache_ttl_seconds: int = 300
    summed: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        return (TOTAL, self.dimension)


PERIOD = Column("period", "date", "Period")
EVENTS = Column("event_count", "integer", "Events")
AMOUNT = Column("amount_cents", "integer", "Amount", "cents")
AVERAGE = Column("avg_processing_ms", "float", "Average processing", "ms")
