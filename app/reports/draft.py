"""A report while it is made: what a form holds, changed by one deed at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.reporting import catalog
from app.reporting.datasets import Dataset
from app.reporting.question import LIMIT
from app.reporting.scope import Scope
from app.reporting.values import ops_of
from app.reporting.words import Bucket, Kind, Op
from app.reports.body import AskedIn

NONE = ""
Given = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class DraftFilter:
    """The value is the text of a field; several of them, for `in`, stand between commas."""

    field: str
    op: str = "eq"
    value: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    dataset: str
    dimensions: list[str] = field(default_factory=list)
    measures: list[str] = field(default_factory=list)
    filters: list[DraftFilter] = field(default_factory=list)
    order_by: str = NONE
    direction: str = "desc"
    period: str = "last 7 days"
    time_zone: str = "UTC"
    limit: str = str(LIMIT)
    chart: str = "line"


def first_draft(dataset: Dataset, zone: str) -> Draft:
    """Something to see at once: the first measure by day."""
    return Draft(dataset.name, [Bucket.DAY.value], [dataset.measures[0].name], time_zone=zone)


def draft_in(given: Given) -> Draft:
    """What the form's fields say; `given` gives all values of one name."""

    def one(name: str, other: str = "") -> str:
        return next(iter(given(name)), other).strip()

    triples = zip(given("filter_field"), given("filter_op"), given("filter_value"), strict=False)
    return Draft(
        dataset=one("dataset"),
        dimensions=_each(given("dimensions")),
        measures=_each(given("measures")),
        filters=[DraftFilter(*triple) for triple in triples],
        order_by=one("order_by"),
        direction=one("direction", "desc"),
        period=one("period"),
        time_zone=one("time_zone", "UTC"),
        limit=one("limit", str(LIMIT)),
        chart=one("chart", "none"),
    )


def draft_of(asked: AskedIn, chart: str) -> Draft:
    """A saved question as a form holds it."""
    order = asked.order_by[0] if asked.order_by else None
    by = NONE
    if order:
        by = f"dimension:{order.dimension}" if order.dimension else f"measure:{order.measure}"
    return Draft(
        dataset=asked.dataset,
        dimensions=list(asked.dimensions),
        measures=list(asked.measures),
        filters=[DraftFilter(each.field, str(each.op), _as_text(each.value)) for each in asked.filters],
        order_by=by,
        direction=str(order.direction) if order else "desc",
        period=asked.period,
        time_zone=asked.time_zone,
        limit=str(asked.limit),
        chart=chart,
    )


def changed(draft: Draft, deed: str, added: str = "") -> Draft:
    """After `add:LIST`, `drop:LIST:PLACE`, `up:LIST:PLACE` or `down:LIST:PLACE`; others change nothing."""
    what, _, rest = deed.partition(":")
    name, _, place = rest.partition(":")
    if name not in ("dimensions", "measures", "filters"):
        return draft
    items: list[Any] = list(getattr(draft, name))
    if what == "add" and added:
        items.append(DraftFilter(added) if name == "filters" else added)
    elif place.isdecimal() and int(place) < len(items):
        at = int(place)
        to = {"up": max(0, at - 1), "down": min(len(items) - 1, at + 1)}.get(what)
        item = items.pop(at)
        if to is not None:
            items.insert(to, item)
        elif what != "drop":
            return draft
    found: Any = {name: items if name == "filters" else _each(items)}
    return _without_lost_order(replace(draft, **found))


def on_another_dataset(draft: Draft, dataset: Dataset) -> Draft:
    """The same about other facts: what they do not have is left out."""
    begun = first_draft(dataset, draft.time_zone)
    kept = replace(draft, dataset=dataset.name, filters=[])
    dimensions = [name for name in draft.dimensions if name in set(Bucket) or dataset.find_field(name)]
    measures = [name for name in draft.measures if dataset.find_measure(name)]
    return _without_lost_order(
        replace(kept, dimensions=dimensions or begun.dimensions, measures=measures or begun.measures)
    )


def question_in(scope: Scope, draft: Draft) -> dict[str, Any]:
    """As `AskedIn` reads it."""
    dataset = catalog.find(scope, draft.dataset)
    part, _, name = draft.order_by.partition(":")
    order = [{part: name, "direction": draft.direction}] if part in ("dimension", "measure") else []
    return {
        "dataset": draft.dataset,
        "dimensions": draft.dimensions,
        "measures": draft.measures,
        "filters": [_filter(dataset, each) for each in draft.filters],
        "order_by": order,
        "limit": int(draft.limit) if draft.limit.isdecimal() else draft.limit,
        "time_zone": draft.time_zone,
        "period": draft.period,
    }


def ops_for(dataset: Dataset, name: str) -> list[str]:
    found = dataset.find_field(name)
    return [str(op) for op in ops_of(found.kind)] if found else [str(Op.EQ)]


def _filter(dataset: Dataset | None, given: DraftFilter) -> dict[str, Any]:
    found = dataset.find_field(given.field) if dataset else None
    kind = found.kind if found else Kind.TEXT
    if given.op == Op.IN:
        value: Any = [_typed(kind, each.strip()) for each in given.value.split(",") if each.strip()]
    elif given.value == "" and given.op in (Op.EQ, Op.NEQ):
        value = None
    else:
        value = _typed(kind, given.value.strip())
    return {"field": given.field, "op": given.op, "value": value}


def _typed(kind: Kind, text: str) -> Any:
    """The text itself where it is none of the kind: the check then says what it should be."""
    if kind is Kind.BOOLEAN:
        return {"true": True, "false": False}.get(text.lower(), text)
    try:
        return {Kind.INTEGER: int, Kind.DECIMAL: float}.get(kind, str)(text)
    except ValueError:
        return text


def _as_text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_as_text, value))
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _each(names: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(name for name in names if name))


def _without_lost_order(draft: Draft) -> Draft:
    part, _, name = draft.order_by.partition(":")
    there = {"dimension": draft.dimensions, "measure": draft.measures}.get(part, [])
    return draft if name in there else replace(draft, order_by=NONE)
