"""What the tiles of a dashboard draw: visualizations, their queries, and those queries' newest versions."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.accounts.allow import Actor
from app.queries.models import Query, QueryVersion
from app.visualizations.models import Visualization


class Source(NamedTuple):
    """A visualization with the query that it draws, as that is now."""

    visualization: Visualization
    query: Query
    version: QueryVersion


def sources_of(session: Session, actor: Actor, visualization_ids: Iterable[int | None]) -> dict[int, Source]:
    """By the visualization's number, with parameters and datasource; those of other orgs are left out."""
    ids = {id for id in visualization_ids if id is not None}
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
    return {visualization.id: Source(visualization, query, version) for visualization, query, version in rows}
