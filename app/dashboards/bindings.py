"""Where the parameters of tiles get their values: as somebody bound them, else as names and kinds suggest."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.dashboards.models import BindingKind, Tile
from app.queries.declare import declared_of
from app.queries.given import default_of
from app.queries.models import QueryVersion
from app.queries.parameters import Declared


@dataclass(frozen=True, slots=True)
class Binding:
    """`name` is the dashboard's, of a shared one; `value` the fixed one, or a tile's own at first."""

    parameter: str
    kind: BindingKind
    name: str | None = None
    value: Any = None


@dataclass(frozen=True, slots=True)
class Bound:
    """A tile's bindings, by parameter, and what is wrong with them in a sentence."""

    bindings: Mapping[str, Binding]
    problem: str | None = None


def stored_bindings(tile: Tile) -> list[Binding]:
    return [
        Binding(
            each.parameter, BindingKind(each.kind), each.name, json.loads(each.value) if each.value else None
        )
        for each in tile.bindings
    ]


def shared_parameters(
    tiles: Iterable[tuple[Sequence[Binding], QueryVersion]],
) -> dict[str, Declared]:
    """The dashboard's own parameters by name, as the first tile that shares each declares it.

    Who was bound goes before who is only suggested.
    """
    shared: dict[str, Declared] = {}
    unbound: list[Declared] = []
    for bindings, version in tiles:
        by_parameter = {each.parameter: each for each in bindings}
        for item in declared_of(version.parameters):
            binding = by_parameter.get(item.name)
            if binding is None:
                unbound.append(item)
            elif binding.name is not None:
                shared.setdefault(binding.name, replace(item, name=binding.name))
    for item in unbound:
        shared.setdefault(item.name, item)
    return shared


def bound(bindings: Sequence[Binding], version: QueryVersion, shared: Mapping[str, Declared]) -> Bound:
    """Each parameter of the query with its binding; one that nobody bound is suggested.

    A problem is a shared or fixed value whose parameter has gone, or has become another kind: to leave it
    out would show other numbers under the same name.
    """
    declared = {item.name: item for item in declared_of(version.parameters)}
    by_parameter = {each.parameter: each for each in bindings}
    gone = [each for each in bindings if each.parameter not in declared and each.kind is not BindingKind.OWN]
    if gone:
        return Bound({}, _gone(gone[0], [name for name in declared if name not in by_parameter]))
    for name, item in declared.items():
        binding = by_parameter.get(name)
        if binding is None:
            by_parameter[name] = suggested(item, shared)
        elif binding.name is not None and (common := shared[binding.name]).kind != item.kind:
            return Bound({}, f"“{binding.name}” is {common.kind.label} on this dashboard, and “{name}” of the"
                         f" query is {item.kind.label} by now. An editor can bind it anew.")  # fmt: skip
    return Bound({name: by_parameter[name] for name in declared})


def suggested(item: Declared, shared: Mapping[str, Declared]) -> Binding:
    """Shared under its own name, unless that is a parameter of another kind here."""
    common = shared.get(item.name)
    if common is None or common.kind == item.kind:
        return Binding(item.name, BindingKind.SHARED, item.name)
    return Binding(item.name, BindingKind.OWN)


def values_for(
    tile: Tile, bindings: Mapping[str, Binding], shared: Mapping[str, Declared], given: Mapping[str, object]
) -> dict[str, object]:
    """What the query is given, by its own names. `given` is by the dashboard's: `region`, `NUMBER.days`."""
    values: dict[str, object] = {}
    for name, binding in bindings.items():
        if binding.kind is BindingKind.FIXED:
            values[name] = binding.value
        elif binding.name is not None:
            if binding.name in given:
                values[name] = given[binding.name]
            elif (default := default_of(shared[binding.name])) is not None:
                values[name] = default
        elif (key := own_name(tile, name)) in given:
            values[name] = given[key]
        elif binding.value is not None:
            values[name] = binding.value
    return values


def own_name(tile: Tile, parameter: str) -> str:
    """What a tile's own parameter is called in the address: `p.3.days`."""
    return f"{tile.number}.{parameter}"


def _gone(binding: Binding, free: Sequence[str]) -> str:
    has = f" It has {', '.join(f'“{name}”' for name in free)}." if free else ""
    return (
        f"The query has no parameter “{binding.parameter}” any more, which gets a value here.{has}"
        " An editor can bind it anew."
    )
