"""What can be asked about: a dataset, its dimensions and its measures, declared by the feature that knows."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, true

from app.reporting.table import fact_table
from app.reporting.words import ROW_COUNT, Aggregate, Kind, Unit


@dataclass(frozen=True, kw_only=True)
class Field:
    """A column of the facts. A `sensitive` one is there for admins only."""

    name: str
    kind: Kind
    help: str
    sensitive: bool = False


@dataclass(frozen=True, kw_only=True)
class Dimension(Field):
    """A field to group and to filter by. `short` ones have few values, so that a page can offer them."""

    short: bool = False


@dataclass(frozen=True, kw_only=True)
class Detail(Field):
    """A field to filter by and to measure, such as a duration."""


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A number about a group of facts: an aggregate `of` a field, of those `where` a field is one of a few.

    A ratio is one measure (`of`) divided by another (`per`); it is NULL where that is 0.
    """

    name: str
    aggregate: Aggregate
    help: str
    of: str | None = None
    per: str | None = None
    where: tuple[str, tuple[str | int | bool, ...]] | None = None
    unit: Unit = Unit.NONE


@dataclass(frozen=True)
class Projection:
    """How a fact comes of its source, a row with a number of its own.

    `select` gives columns named as the dataset's fields, one row for each source; `key` is the source's
    number, `org_id` its organisation, `occurred_at` the time of the fact, which never changes. A source that
    is not `ready` has no fact yet.
    """

    select: Select[Any]
    key: ColumnElement[int]
    org_id: ColumnElement[int]
    occurred_at: ColumnElement[datetime]
    ready: ColumnElement[bool] = field(default_factory=true)


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """Facts of one kind, and what may be asked of them. `time` says which time a fact has.

    With a `projection` the facts are copies, kept up to date through the outbox in the table `stored_as`.
    Without one, `in_place` is a table or subquery whose rows are facts already: it has an `org_id` of its
    own, holds no secret, and `occurred_at` names its time. A `sensitive` dataset is there for admins only.
    """

    name: str
    help: str
    time: str
    dimensions: tuple[Dimension, ...]
    measures: tuple[Measure, ...]
    details: tuple[Detail, ...] = ()
    projection: Projection | None = None
    stored_as: str = ""
    in_place: FromClause | None = None
    occurred_at: str = "occurred_at"
    sensitive: bool = False

    def __post_init__(self) -> None:
        if (self.projection is None) == (self.in_place is None):
            raise ValueError(f"dataset {self.name} has either a projection or a table in place")
        names = [*(each.name for each in self.fields()), *(each.name for each in self.measures)]
        twice = {name for name in names if names.count(name) > 1 or name == ROW_COUNT}
        if twice:
            raise ValueError(f"dataset {self.name} names {', '.join(sorted(twice))} twice")
        assert self.table is not None  # it is in the metadata from now on

    def fields(self) -> Iterator[Field]:
        yield from self.dimensions
        yield from self.details

    def find_measure(self, name: str) -> Measure | None:
        """The measure of this name; every dataset counts its rows."""
        every = (*self.measures, COUNT_ROWS)
        return next((measure for measure in every if measure.name == name), None)

    def find_field(self, name: str) -> Field | None:
        return next((each for each in self.fields() if each.name == name), None)

    @cached_property
    def table(self) -> FromClause:
        """Where Postgres keeps the facts."""
        if self.in_place is not None:
            return self.in_place
        return fact_table(self.stored_as, [(each.name, each.kind) for each in self.fields()])

    def kind_of(self, measure: Measure) -> Kind:
        """Of the measure's values."""
        if measure.aggregate in (Aggregate.COUNT, Aggregate.DISTINCT):
            return Kind.INTEGER
        if measure.aggregate in (Aggregate.AVERAGE, Aggregate.RATIO):
            return Kind.DECIMAL
        of = self.find_field(measure.of or "")
        return of.kind if of else Kind.DECIMAL


COUNT_ROWS = Measure(name=ROW_COUNT, aggregate=Aggregate.COUNT, help="How many facts.")
