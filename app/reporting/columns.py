"""The columns of an answer, and each of its values in its type, whatever backend it came from."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from app.reporting.catalog import kind_of_bucket
from app.reporting.check import Question, name_of
from app.reporting.result import Part, ResultColumn
from app.reporting.words import Bucket, Kind


def columns_of(question: Question) -> tuple[ResultColumn, ...]:
    dimensions = (
        ResultColumn(
            name_of(each), Part.DIMENSION, kind_of_bucket(each) if isinstance(each, Bucket) else each.kind
        )
        for each in question.dimensions
    )
    kind_of = question.dataset.kind_of
    measures = (ResultColumn(each.name, Part.MEASURE, kind_of(each), each.unit) for each in question.measures)
    return (*dimensions, *measures)


def typed(columns: Sequence[ResultColumn], rows: Iterable[Sequence[Any]]) -> tuple[tuple[Any, ...], ...]:
    """Integers as int, decimals as float, times in UTC."""
    readers = [_READERS.get(column.type) for column in columns]
    return tuple(
        tuple(
            value if value is None or reader is None else reader(value)
            for value, reader in zip(row, readers, strict=True)
        )
        for row in rows
    )


def _in_utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


def _day(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value


_READERS: dict[Kind, Callable[[Any], Any]] = {
    Kind.INTEGER: int,
    Kind.DECIMAL: float,
    Kind.TIMESTAMP: _in_utc,
    Kind.DATE: _day,
}
