"""A question against the catalog: every name is found, every value is of its field's type."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from app.core.errors import Invalid
from app.core.zones import is_zone
from app.reporting import catalog
from app.reporting.datasets import COUNT_ROWS, Dataset, Dimension, Field, Measure
from app.reporting.question import Asked, Filter, Order, ReportQuery, TimeRange
from app.reporting.scope import Scope
from app.reporting.values import BadValue, Value, values_of
from app.reporting.words import Bucket, Direction, Op

LONGEST = timedelta(days=3_660)
T = TypeVar("T")


class BadQuestion(Invalid):
    """`code` is that of the first mistake; `fields` has each by its place in the question."""

    title = "This question cannot be asked"

    def __init__(self, code: str, fields: dict[str, str]) -> None:
        super().__init__("; ".join(f"{place}: {text}" for place, text in fields.items()), fields=fields)
        self.code = code


@dataclass(frozen=True, slots=True)
class Condition:
    """A field, an op, and values of the field's type: one of them unless the op is `in`."""

    field: Field
    op: Op
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What a backend compiles: all of it is known to exist. `order` gives places in the result's columns."""

    dataset: Dataset
    start: datetime
    end: datetime
    dimensions: tuple[Dimension | Bucket, ...]
    measures: tuple[Measure, ...]
    conditions: tuple[Condition, ...]
    order: tuple[tuple[int, Direction], ...]
    limit: int
    zone: str = "UTC"


def check(scope: Scope, query: ReportQuery) -> Question:
    """Raises BadQuestion with each mistake at its place, and what is allowed there."""
    return check_asked(scope, query, query.time_range)


def check_asked(scope: Scope, asked: Asked, span: TimeRange) -> Question:
    """The same, with the time range apart."""
    found = _Mistakes()
    if not span.start < span.end:
        found.add("time_range", "bad_range", "`from` must be earlier than `to`.")
    elif span.end - span.start > LONGEST:
        found.add("time_range", "bad_range", f"At most {LONGEST.days} days lie between `from` and `to`.")
    if not is_zone(asked.time_zone):
        found.add("time_zone", "unknown_time_zone", "Write a zone such as Europe/Berlin or UTC.")
    dataset = catalog.find(scope, asked.dataset)
    if dataset is None:
        allowed = [each.name for each in catalog.offered(scope)]
        found.unknown("dataset", "dataset", asked.dataset, allowed)
        raise found.as_error()
    seen = _Seen(scope, dataset, found)
    dimensions = seen.dimensions(asked.dimensions)
    measures = seen.measures(asked.measures) or [COUNT_ROWS]
    conditions = [seen.condition(place, each) for place, each in enumerate(asked.filters)]
    names = [name_of(each) for each in dimensions]
    counted = [each.name for each in measures]
    order = [seen.order(place, each, names, counted) for place, each in enumerate(asked.order_by)]
    if found.fields:
        raise found.as_error()
    return Question(
        dataset=dataset,
        start=span.start,
        end=span.end,
        dimensions=tuple(dimensions),
        measures=tuple(measures),
        conditions=tuple(each for each in conditions if each),
        order=tuple(each for each in order if each),
        limit=asked.limit,
        zone=asked.time_zone,
    )


def name_of(dimension: Dimension | Bucket) -> str:
    return dimension.value if isinstance(dimension, Bucket) else dimension.name


@dataclass
class _Mistakes:
    fields: dict[str, str] = field(default_factory=dict)
    code: str = ""

    def add(self, place: str, code: str, text: str) -> None:
        self.code = self.code or code
        self.fields.setdefault(place, text)

    def unknown(self, place: str, what: str, name: str, allowed: list[str]) -> None:
        if name == "org_id":
            text = "A question names no organisation: it is always about your own."
        else:
            text = f"There is no {what} {name!r}. Allowed: {', '.join(sorted(allowed)) or 'none'}."
        self.add(place, f"unknown_{what}", text)

    def as_error(self) -> BadQuestion:
        return BadQuestion(self.code, self.fields)


@dataclass
class _Seen:
    """What this scope sees of a dataset; mistakes are noted."""

    scope: Scope
    dataset: Dataset
    found: _Mistakes

    def dimensions(self, names: list[str]) -> list[Dimension | Bucket]:
        known: dict[str, Dimension | Bucket] = {bucket.value: bucket for bucket in Bucket}
        known |= {each.name: each for each in catalog.visible(self.scope, self.dataset.dimensions)}
        return self._each("dimensions", "dimension", names, known.get, list(known))

    def measures(self, names: list[str]) -> list[Measure]:
        allowed = [each.name for each in catalog.measures(self.scope, self.dataset)]
        look = self.dataset.find_measure
        return self._each("measures", "measure", names, lambda n: look(n) if n in allowed else None, allowed)

    def condition(self, place: int, asked: Filter) -> Condition | None:
        known = {each.name: each for each in catalog.visible(self.scope, tuple(self.dataset.fields()))}
        named = known.get(asked.field)
        if named is None:
            self.found.unknown(f"filters.{place}.field", "field", asked.field, list(known))
            return None
        try:
            return Condition(named, asked.op, values_of(named.kind, asked.op, asked.value))
        except BadValue as error:
            self.found.add(f"filters.{place}.{error.member}", error.code, str(error))
            return None

    def order(
        self, place: int, asked: Order, dimensions: list[str], measures: list[str]
    ) -> tuple[int, Direction] | None:
        if (asked.dimension is None) == (asked.measure is None):
            text = "Name either a dimension or a measure, not both."
            self.found.add(f"order_by.{place}", "bad_order", text)
            return None
        if asked.dimension is not None:
            what, name, allowed, first = "dimension", asked.dimension, dimensions, 0
        else:
            what, name, allowed, first = "measure", str(asked.measure), measures, len(dimensions)
        if name not in allowed:
            listed = ", ".join(allowed) or "none"
            text = f"The question has no {what} {name!r} to order by. It has: {listed}."
            self.found.add(f"order_by.{place}.{what}", f"unknown_{what}", text)
            return None
        return first + allowed.index(name), asked.direction

    def _each(
        self, member: str, what: str, names: list[str], look: Callable[[str], T | None], allowed: list[str]
    ) -> list[T]:
        found: list[T] = []
        for place, name in enumerate(names):
            one = look(name)
            if one is None:
                self.found.unknown(f"{member}.{place}", what, name, allowed)
            elif one in found:
                self.found.add(f"{member}.{place}", f"repeated_{what}", f"{name} is there twice.")
            else:
                found.append(one)
        return found
