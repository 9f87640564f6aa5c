"""What the builder offers beside a draft."""

from dataclasses import dataclass

from app.reporting import catalog
from app.reporting.datasets import Dataset
from app.reporting.scope import Scope
from app.reporting.words import Bucket
from app.reports.draft import Draft, ops_for
from app.reports.titles import title

Choices = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Stage:
    """Pairs of value and label; `help_of` has the sentence of each name."""

    datasets: Choices
    dimensions: Choices
    measures: Choices
    filters: Choices
    ops: dict[str, list[str]]
    orders: Choices
    help_of: dict[str, str]
    help: str
    time: str


def stage(scope: Scope, draft: Draft) -> Stage:
    """What is chosen already is not offered again."""
    datasets = [(each.name, title(each.name)) for each in catalog.offered(scope)]
    dataset = catalog.find(scope, draft.dataset)
    if dataset is None:
        return Stage(datasets, [], [], [], {}, [], {}, "", "")
    dimensions = [(each.value, title(each.value)) for each in Bucket]
    dimensions += [(each.name, title(each.name)) for each in catalog.visible(scope, dataset.dimensions)]
    measures = [(each.name, title(each.name)) for each in catalog.measures(scope, dataset)]
    fields = [(each.name, title(each.name)) for each in catalog.visible(scope, tuple(dataset.fields()))]
    orders = [(f"measure:{name}", title(name)) for name in draft.measures]
    orders += [(f"dimension:{name}", title(name)) for name in draft.dimensions]
    return Stage(
        datasets=datasets,
        dimensions=[each for each in dimensions if each[0] not in draft.dimensions],
        measures=[each for each in measures if each[0] not in draft.measures],
        filters=fields,
        ops={each.field: ops_for(dataset, each.field) for each in draft.filters},
        orders=orders,
        help_of=_help(scope, dataset),
        help=dataset.help,
        time=dataset.time,
    )


def _help(scope: Scope, dataset: Dataset) -> dict[str, str]:
    found = {bucket.value: text for bucket, text in catalog.BUCKETS.items()}
    found |= {each.name: each.help for each in catalog.visible(scope, tuple(dataset.fields()))}
    return found | {each.name: each.help for each in catalog.measures(scope, dataset)}
