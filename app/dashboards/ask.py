"""What the tiles of a dashboard ask, all at one moment: nothing is run here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.accounts.allow import Actor
from app.accounts.models import Org
from app.core.errors import Invalid
from app.dashboards.models import Tile
from app.queries.bind import bind
from app.queries.declare import declared_of
from app.queries.given import default_of
from app.queries.models import Query, QueryVersion
from app.queries.parameters import Declared
from app.queries.placeholders import parse_template
from app.queries.relative.words import When
from app.runs.freshness.question import question
from app.runs.limits import limits
from app.runs.request import Asked
from app.visualizations.kinds.registry import kinds
from app.visualizations.models import Visualization

GONE = "The chart that stood here was deleted. An editor can remove this tile."


@dataclass(slots=True)
class Asking:
    """A tile with what it asks, or with the `problem` for which it cannot. A text asks nothing."""

    tile: Tile
    visualization: Visualization | None = None
    query: Query | None = None
    asked: Asked | None = None
    key: bytes | None = None
    problem: str | None = None
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Questions:
    """The tiles, and the query versions behind them by their number."""

    tiles: list[Asking]
    versions: dict[int, QueryVersion]


def ask_tiles(
    session: Session, actor: Actor, tiles: Sequence[Tile], given: Mapping[str, object], at: datetime
) -> Questions:
    """Values by name, else shared defaults, go to every query with a parameter of this name and kind.

    Words are read at `at`.
    """
    found = _visualizations(session, actor, tiles)
    versions = {version.id: version for _, _, version in found.values()}
    shared = shared_parameters(versions.values())
    values = {name: default_of(item) for name, item in shared.items() if item.default is not None}
    zone = session.scalars(select(Org.time_zone).where(Org.id == actor.org_id)).one()
    answers = {id: _ask(version, {**values, **given}, shared, zone, at) for id, version in versions.items()}
    asking = []
    for tile in tiles:
        if tile.kind != "visualization":
            asking.append(Asking(tile))
        elif tile.visualization_id not in found:
            asking.append(Asking(tile, problem=GONE))
        else:
            visualization, query, version = found[tile.visualization_id]
            problem = _refusal(visualization, query, version)
            asked = Asking(tile, visualization, query, problem=problem)
            answer = answers[version.id]
            if problem is None and isinstance(answer, Invalid):
                asked.problem, asked.errors = answer.detail, answer.fields
            elif problem is None and isinstance(answer, tuple):
                asked.asked, asked.key = answer
            asking.append(asked)
    return Questions(asking, versions)


def shared_parameters(versions: Iterable[QueryVersion]) -> dict[str, Declared]:
    """By name, as the first query declares it: its kind and its default are those of the dashboard."""
    shared: dict[str, Declared] = {}
    for version in versions:
        for item in declared_of(version.parameters):
            shared.setdefault(item.name, item)
    return shared


def _ask(
    version: QueryVersion,
    values: Mapping[str, object],
    shared: Mapping[str, Declared],
    zone: str,
    at: datetime,
) -> tuple[Asked, bytes] | Invalid:
    own = {
        p.name: values[p.name]
        for p in version.parameters
        if p.name in values and shared[p.name].kind == p.kind
    }
    when = When(at, version.time_zone or zone)
    try:
        bound = bind(parse_template(version.sql), declared_of(version.parameters), own, lambda: when)
    except Invalid as error:
        return error
    asked = Asked(version.datasource, bound, version, version.watermark)
    return asked, question(version.datasource, bound, limits(), version.watermark)


def _refusal(visualization: Visualization, query: Query, version: QueryVersion) -> str | None:
    if query.archived_at is not None:
        return f"The query {query.name} is archived. Restore it, or remove this tile."
    if version.datasource.archived_at is not None:
        return f"The datasource {version.datasource.name} is archived."
    if visualization.kind not in kinds():
        return f"This release cannot draw “{visualization.kind}”."
    return None


def _visualizations(
    session: Session, actor: Actor, tiles: Sequence[Tile]
) -> dict[int, tuple[Visualization, Query, QueryVersion]]:
    ids = {tile.visualization_id for tile in tiles if tile.visualization_id is not None}
    if not ids:
        return {}
    rows = session.execute(
        select(Visualization, Query, QueryVersion)
        .join(Query, Query.id == Visualization.query_id)
        .join(QueryVersion, (QueryVersion.query_id == Query.id) & (QueryVersion.number == Query.latest))
        .where(Visualization.id.in_(ids), Visualization.org_id == actor.org_id)
        .order_by(Visualization.id)
        .options(joinedload(QueryVersion.datasource), selectinload(QueryVersion.parameters))
    )
    return {visualization.id: (visualization, query, version) for visualization, query, version in rows}
