"""The bindings of a save: what was left open is suggested, what cannot be is refused."""

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.dashboards.bindings import Binding, shared_parameters, stored_bindings, suggested
from app.dashboards.check import BindingBody, TileBody, refuse
from app.dashboards.models import BindingKind, Tile
from app.dashboards.sources import Source, sources_of
from app.queries.bind import utc
from app.queries.declare import declared_of
from app.queries.given import Clock, values_of
from app.queries.parameters import Declared
from app.queries.values import BadValue


def bind_tiles(
    session: Session, actor: Actor, tiles: Sequence[TileBody], kept: Sequence[Tile] = ()
) -> list[TileBody]:
    """The tiles with a binding for each parameter of their queries.

    Raises Invalid at `tiles.INDEX.bindings` for a parameter that the query has not, a name that two kinds
    share, and a value that does not fit. A tile in `kept` may keep one that has gone.
    """
    found = sources_of(session, actor, (tile.visualization_id for tile in tiles))
    before: dict[int, set[str]] = {}
    for former in kept:
        before.setdefault(former.number, set()).update(each.parameter for each in stored_bindings(former))
    bindings = [[_read(each) for each in _complete(_sent(tile))] for tile in tiles]
    drawn = [
        (index, tile, found[tile.visualization_id])
        for index, tile in enumerate(tiles)
        if tile.visualization_id in found
    ]
    in_order = sorted(drawn, key=lambda each: each[1].number or len(tiles) + each[0] + 30_000)
    shared = shared_parameters((bindings[index], source.version) for index, _, source in in_order)
    problems: dict[str, str] = {}
    bound = list(tiles)
    for index, tile, source in drawn:
        for sentence in _problems(bindings[index], source, shared, before.get(tile.number or 0, set())):
            problems.setdefault(f"tiles.{index}.bindings", sentence)
        given = {each.parameter for each in bindings[index]}
        rest = [item for item in declared_of(source.version.parameters) if item.name not in given]
        more = [_body(suggested(item, shared)) for item in rest]
        bound[index] = tile.model_copy(update={"bindings": [*_sent(tile), *more]})
    refuse(problems)
    return bound


def _sent(tile: TileBody) -> list[BindingBody]:
    return tile.bindings or []


def _complete(bindings: Sequence[BindingBody]) -> list[BindingBody]:
    """A shared parameter that says no name has its own."""
    for each in bindings:
        if each.kind == "shared" and each.name is None:
            each.name = each.parameter
    return list(bindings)


def _read(body: BindingBody) -> Binding:
    return Binding(body.parameter, BindingKind(body.kind), body.name, body.value)


def _body(binding: Binding) -> BindingBody:
    return BindingBody(parameter=binding.parameter, kind=binding.kind.value, name=binding.name)


def _problems(
    bindings: Sequence[Binding], source: Source, shared: dict[str, Declared], before: set[str]
) -> Iterator[str]:
    declared = {item.name: item for item in declared_of(source.version.parameters)}
    names = [each.parameter for each in bindings]
    for each in bindings:
        item = declared.get(each.parameter)
        if names.count(each.parameter) > 1:
            yield f"{each.parameter} is bound twice on one tile."
        elif item is None and each.parameter not in before:
            yield f"{source.query.name} has no parameter “{each.parameter}”."
        elif item is None:
            continue
        elif each.name is not None and (common := shared[each.name]).kind != item.kind:
            yield (
                f"“{each.name}” is {common.kind.label} on another tile; {each.parameter} is"
                f" {item.kind.label}. Share it under another name."
            )
        elif each.kind is BindingKind.FIXED or each.value is not None:
            try:
                values_of(item, each.value, Clock(utc))
            except BadValue as error:
                yield f"{each.parameter}: {error}"
