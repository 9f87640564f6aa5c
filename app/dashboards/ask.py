"""What the tiles of a dashboard ask, all at one moment: nothing is run here."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.models import Org
from app.core.errors import Invalid
from app.dashboards.bindings import (
    Binding,
    bound,
    own_name,
    shared_parameters,
    stored_bindings,
    values_for,
)
from app.dashboards.models import BindingKind, Tile
from app.dashboards.sources import Source, sources_of
from app.queries.bind import bind
from app.queries.declare import declared_of
from app.queries.given import NamedValue
from app.queries.models import Query, QueryVersion
from app.queries.parameters import Declared
from app.queries.placeholders import parse_template
from app.queries.relative.words import When
from app.runs.freshness.question import question, spoken
from app.runs.limits import limits
from app.runs.request import Asked
from app.visualizations.kinds.registry import kinds
from app.visualizations.models import Visualization

GONE = "The chart that stood here was deleted. An editor can remove this tile."


@dataclass(slots=True)
class Asking:
    """A tile with what it asks, or with the `problem` for which it cannot. A text asks nothing.

    `key` is its question, `spoken` the same for whenever its words are read; None without words. `errors` are
    by the dashboard's names, as `bindings` are by the query's.
    """

    tile: Tile
    visualization: Visualization | None = None
    query: Query | None = None
    version: QueryVersion | None = None
    bindings: Mapping[str, Binding] = field(default_factory=dict)
    zone: str = "UTC"
    asked: Asked | None = None
    key: bytes | None = None
    spoken: bytes | None = None
    problem: str | None = None
    errors: Mapping[str, str] = field(default_factory=dict)


class _Answer(NamedTuple):
    asked: Asked
    key: bytes
    spoken: bytes | None


@dataclass(slots=True)
class Questions:
    """The tiles; the dashboard's own parameters by name; and as what their values were read."""

    tiles: list[Asking]
    shared: dict[str, Declared]
    read: dict[str, NamedValue]


def ask_tiles(
    session: Session, actor: Actor, tiles: Sequence[Tile], given: Mapping[str, object], at: datetime
) -> Questions:
    """Values are `given` by the dashboard's names, a tile's own as `NUMBER.NAME`; words are read at `at`.

    `tiles` come with their bindings.
    """
    found = sources_of(session, actor, (tile.visualization_id for tile in tiles))
    stored = {tile.number: stored_bindings(tile) for tile in tiles}
    in_order = sorted((t for t in tiles if t.visualization_id in found), key=lambda tile: tile.number)
    shared = shared_parameters(
        (stored[tile.number], found[tile.visualization_id].version)
        for tile in in_order
        if tile.visualization_id
    )
    zone = session.scalars(select(Org.time_zone).where(Org.id == actor.org_id)).one()
    questions = Questions([], shared, {})
    answers: dict[tuple[int, str], _Answer | Invalid] = {}
    for tile in tiles:
        asking = _asking(tile, found, stored[tile.number], shared)
        questions.tiles.append(asking)
        if asking.version is None or asking.problem:
            continue
        values = values_for(tile, asking.bindings, shared, given)
        same = asking.version.id, json.dumps(values, sort_keys=True)
        if same not in answers:
            answers[same] = _ask(actor, asking.version, values, zone, at)
        answer = answers[same]
        if isinstance(answer, Invalid):
            asking.problem, asking.errors = answer.detail, _by_dashboard(asking, answer.fields)
        else:
            asking.asked, asking.key, asking.spoken = answer
            asking.zone = answer.asked.bound.zone or zone
            _keep_read(questions.read, asking, answer.asked)
    return questions


def _asking(
    tile: Tile, found: Mapping[int, Source], stored: Sequence[Binding], shared: Mapping[str, Declared]
) -> Asking:
    if tile.kind != "visualization":
        return Asking(tile)
    if tile.visualization_id is None or tile.visualization_id not in found:
        return Asking(tile, problem=GONE)
    source = found[tile.visualization_id]
    ties = bound(stored, source.version, shared)
    problem = _refusal(source) or ties.problem
    return Asking(tile, *source, bindings=ties.bindings, problem=problem)


def _ask(
    actor: Actor, version: QueryVersion, values: Mapping[str, object], zone: str, at: datetime
) -> _Answer | Invalid:
    when = When(at, version.time_zone or zone, actor.house.first_weekday)
    try:
        ready = bind(parse_template(version.sql), declared_of(version.parameters), values, lambda: when)
    except Invalid as error:
        return error
    asked = Asked(version.datasource, ready, version, version.watermark)
    what = (version.datasource, ready, limits(actor.house), version.watermark)
    return _Answer(asked, question(*what), spoken(*what))


def _by_dashboard(asking: Asking, errors: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with values, by the names that their fields have on the dashboard."""
    return {
        f"parameters.{_name_here(asking, key.removeprefix('parameters.'))}": errors[key] for key in errors
    }


def _name_here(asking: Asking, parameter: str) -> str:
    binding = asking.bindings.get(parameter)
    return binding.name if binding and binding.name else own_name(asking.tile, parameter)


def _keep_read(read: dict[str, NamedValue], asking: Asking, asked: Asked) -> None:
    for value in asked.bound.values:
        parameter, dot, end = value.name.partition(".")
        binding = asking.bindings.get(parameter)
        if binding and binding.kind is BindingKind.SHARED:
            read.setdefault(f"{binding.name}{dot}{end}", value)


def _refusal(source: Source) -> str | None:
    visualization, query, version = source
    if query.archived_at is not None:
        return f"The query {query.name} is archived. Restore it, or remove this tile."
    if version.datasource.archived_at is not None:
        return f"The datasource {version.datasource.name} is archived."
    if visualization.kind not in kinds():
        return f"This release cannot draw “{visualization.kind}”."
    return None
