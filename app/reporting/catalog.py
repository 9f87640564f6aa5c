"""The datasets that the features above have handed over, and what of them somebody may ask."""

from collections.abc import Iterable
from typing import Any, TypeVar

from app.reporting.datasets import COUNT_ROWS, Dataset, Field, Measure
from app.reporting.scope import Scope
from app.reporting.values import ops_of
from app.reporting.words import Aggregate, Bucket, Kind

_offered: dict[str, Dataset] = {}
F = TypeVar("F", bound=Field)

BUCKETS = {
    Bucket.HOUR: "The hour, as the moment at which it begins.",
    Bucket.DAY: "The day, in the question's time zone.",
    Bucket.WEEK: "The week, as the Monday with which it begins.",
    Bucket.MONTH: "The month, as its first day.",
}


def offer(*datasets: Dataset) -> None:
    """Hand datasets to the catalog; again changes nothing."""
    _offered.update((dataset.name, dataset) for dataset in datasets)


def every() -> list[Dataset]:
    """All of them, by name, whoever asks."""
    return [_offered[name] for name in sorted(_offered)]


def named(name: str) -> Dataset | None:
    """Whoever asks."""
    return _offered.get(name)


def offered(scope: Scope) -> list[Dataset]:
    """By name."""
    return [each for each in every() if scope.sees_sensitive or not each.sensitive]


def find(scope: Scope, name: str) -> Dataset | None:
    return next((each for each in offered(scope) if each.name == name), None)


def visible(scope: Scope, fields: Iterable[F]) -> list[F]:
    return [each for each in fields if scope.sees_sensitive or not each.sensitive]


def measures(scope: Scope, dataset: Dataset) -> list[Measure]:
    """Those that are declared and the count of rows. One that would show a sensitive value is left out."""
    return [
        each for each in (*dataset.measures, COUNT_ROWS) if scope.sees_sensitive or not _shows(dataset, each)
    ]


def described(scope: Scope) -> list[dict[str, Any]]:
    """As `GET /v1/reports/catalog` answers."""
    return [_dataset(scope, dataset) for dataset in offered(scope)]


def _shows(dataset: Dataset, measure: Measure) -> bool:
    """Whether it tells values of a sensitive field; how many different ones there are is no secret."""
    of = dataset.find_field(measure.of or "")
    return of is not None and of.sensitive and measure.aggregate is not Aggregate.DISTINCT


def _dataset(scope: Scope, dataset: Dataset) -> dict[str, Any]:
    buckets = [{"name": each.value, "type": kind_of_bucket(each), "help": BUCKETS[each]} for each in Bucket]
    dimensions = [*buckets, *map(_field, visible(scope, dataset.dimensions))]
    filters = [{**_field(f), "ops": list(ops_of(f.kind))} for f in visible(scope, dataset.fields())]
    return {
        "name": dataset.name,
        "help": dataset.help,
        "time": dataset.time,
        "dimensions": dimensions,
        "measures": [_measure(dataset, each) for each in measures(scope, dataset)],
        "filters": filters,
    }


def kind_of_bucket(bucket: Bucket) -> Kind:
    return Kind.TIMESTAMP if bucket is Bucket.HOUR else Kind.DATE


def _field(field: Field) -> dict[str, Any]:
    described = {"name": field.name, "type": field.kind, "help": field.help}
    return {**described, "sensitive": True} if field.sensitive else described


def _measure(dataset: Dataset, measure: Measure) -> dict[str, Any]:
    described = {"name": measure.name, "type": dataset.kind_of(measure), "help": measure.help}
    return {**described, "unit": measure.unit} if measure.unit else described
