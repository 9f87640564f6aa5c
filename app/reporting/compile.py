"""A question as one SELECT. All that a caller sent is a bound value, or was found in the catalog by its name.

Backends that speak SQL share it and give their own words for buckets of time. Averages and ratios divide
exact sums as binary64, so that every backend comes to the same bits.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Double, FromClause, Select, cast, func, literal_column, select

from app.reporting.check import Condition, Question, name_of
from app.reporting.datasets import Dimension, Measure
from app.reporting.scope import Scope
from app.reporting.words import Aggregate, Bucket, Direction, Kind, Op

Bucketed = Callable[[Bucket, ColumnElement[Any], str], ColumnElement[Any]]
_PERCENT: dict[Aggregate, ColumnElement[Any]] = {
    Aggregate.MEDIAN: literal_column("0.5"),
    Aggregate.P95: literal_column("0.95"),
}


def compile_question(scope: Scope, question: Question, facts: FromClause, bucketed: Bucketed) -> Select[Any]:
    """Columns are the dimensions, then the measures. Equal questions give their rows in the same order."""
    writer = _Writer(question, facts, bucketed)
    dimensions = [writer.dimension(each) for each in question.dimensions]
    measures = [writer.measure(each) for each in question.measures]
    time = facts.c[question.dataset.occurred_at]
    statement = (
        select(
            *(
                column.label(name_of(each))
                for column, each in zip(dimensions, question.dimensions, strict=True)
            ),
            *(column.label(each.name) for column, each in zip(measures, question.measures, strict=True)),
        )
        .select_from(facts)
        .where(facts.c.org_id == scope.org_id, time >= question.start, time < question.end)
        .where(*(writer.condition(each) for each in question.conditions))
        .limit(question.limit)
    )
    asked = [(place, direction) for place, direction in question.order]
    ties = [(place, Direction.ASC) for place in range(len(dimensions))]
    ordered = [writer.ordered(place, [*dimensions, *measures][place], way) for place, way in [*asked, *ties]]
    return statement.group_by(*dimensions).order_by(*ordered) if dimensions else statement


class _Writer:
    def __init__(self, question: Question, facts: FromClause, bucketed: Bucketed) -> None:
        self._question, self._facts, self._bucketed = question, facts, bucketed

    def dimension(self, dimension: Dimension | Bucket) -> ColumnElement[Any]:
        if isinstance(dimension, Bucket):
            time = self._facts.c[self._question.dataset.occurred_at]
            return self._bucketed(dimension, time, self._question.zone)
        return self._facts.c[dimension.name]

    def measure(self, measure: Measure) -> ColumnElement[Any]:
        of = self._facts.c.get(measure.of) if measure.of else None
        match measure.aggregate:
            case Aggregate.COUNT:
                return self._of_those(func.count(), measure)
            case Aggregate.DISTINCT:
                return self._of_those(func.count(of.distinct()), measure)  # type: ignore[union-attr]
            case Aggregate.AVERAGE:
                total = self._of_those(func.sum(of), measure)
                return _share(total, self._of_those(func.count(of), measure))
            case Aggregate.RATIO:
                return _share(self._named(measure.of), self._named(measure.per))
            case Aggregate.MEDIAN | Aggregate.P95:
                within = func.percentile_disc(_PERCENT[measure.aggregate]).within_group(of)  # type: ignore[arg-type]
                return self._of_those(within, measure)
            case Aggregate.SUM:
                return self._of_those(func.sum(of), measure)
            case Aggregate.LEAST:
                return self._of_those(func.min(of), measure)
            case Aggregate.GREATEST:
                return self._of_those(func.max(of), measure)

    def condition(self, condition: Condition) -> ColumnElement[bool]:
        column: ColumnElement[Any] = self._facts.c[condition.field.name]
        first = condition.values[0]
        if condition.op is Op.IN:
            return column.in_(condition.values)
        if condition.op is Op.EQ:
            return column == first
        if condition.op is Op.NEQ:
            return column.is_distinct_from(first)
        if condition.field.kind is Kind.TEXT:
            column = column.collate("C")
        compared = {
            Op.GT: column > first,
            Op.GTE: column >= first,
            Op.LT: column < first,
            Op.LTE: column <= first,
        }
        return compared[condition.op]

    def ordered(self, place: int, column: ColumnElement[Any], direction: Direction) -> ColumnElement[Any]:
        dimensions = self._question.dimensions
        if place < len(dimensions):
            dimension = dimensions[place]
            if isinstance(dimension, Dimension) and dimension.kind is Kind.TEXT:
                column = column.collate("C")  # the same everywhere
        found: ColumnElement[Any] = column.desc() if direction is Direction.DESC else column.asc()
        return found.nulls_last()

    def _named(self, name: str | None) -> ColumnElement[Any]:
        found = self._question.dataset.find_measure(name or "")
        if found is None:
            raise LookupError(f"{self._question.dataset.name} has no measure {name}")
        return self.measure(found)

    def _of_those(self, aggregate: Any, measure: Measure) -> ColumnElement[Any]:
        if measure.where is None:
            found: ColumnElement[Any] = aggregate
            return found
        name, values = measure.where
        filtered: ColumnElement[Any] = aggregate.filter(self._facts.c[name].in_(values))
        return filtered


def _share(part: ColumnElement[Any], whole: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(part, Double) / func.nullif(cast(whole, Double), 0)
