"""Finding dashboards: the list in one statement, newest save first."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.accounts.allow import Actor
from app.dashboards.models import DASHBOARDS, Dashboard, DashboardVersion, Tile
from app.queries.models import Parameter, Query, QueryVersion
from app.saved.archive import fetch_live
from app.saved.find import Wanted, saved_things
from app.saved.versions import find_version
from app.visualizations.models import Visualization

MOST = 500


def dashboards(actor: Actor, wanted: Wanted) -> Select[Any]:
    """Rows: those of `saved_things`, tile_count."""
    tiles = (
        select(func.count()).where(Tile.version_id == DashboardVersion.id).correlate(DashboardVersion)
    ).scalar_subquery()
    return saved_things(actor, DASHBOARDS, wanted, tiles.label("tile_count"))


def find_dashboard(session: Session, actor: Actor, dashboard_id: int, *, lock: bool = False) -> Dashboard:
    """Raises NotFound for a stranger's dashboard, as for none, and for an archived one."""
    return fetch_live(session, actor, Dashboard, dashboard_id, lock=lock)


def newest_version(session: Session, dashboard: Dashboard) -> DashboardVersion:
    """With its author and its tiles, in reading order, and their bindings."""
    return version_of(session, dashboard, dashboard.latest)


def version_of(session: Session, dashboard: Dashboard, number: int) -> DashboardVersion:
    """With its author and its tiles, in reading order, and their bindings. Raises NotFound."""
    tiles = selectinload(DashboardVersion.tiles).selectinload(Tile.bindings)
    return find_version(
        session, dashboard, DashboardVersion, number, joinedload(DashboardVersion.author), tiles
    )


def drawable(session: Session, actor: Actor, query_id: int | None = None) -> Sequence[Row[*tuple[Any, ...]]]:
    """id, name, kind, query_id, query_name of what can be put on a tile, newest query first."""
    found = (
        select(
            Visualization.id,
            Visualization.name,
            Visualization.kind,
            Query.id.label("query_id"),
            Query.name.label("query_name"),
        )
        .join(Query, Query.id == Visualization.query_id)
        .where(Visualization.org_id == actor.org_id, Query.archived_at.is_(None))
        .order_by(Query.changed_at.desc(), Query.id.desc(), Visualization.id)
        .limit(MOST)
    )
    return session.execute(found.where(Query.id == query_id) if query_id else found).all()


def parameters_of(session: Session, query_ids: Collection[int]) -> dict[int, list[Parameter]]:
    """The parameters of the queries' newest versions, by query, in their order."""
    found: dict[int, list[Parameter]] = {}
    if query_ids:
        rows = session.execute(
            select(Query.id, Parameter)
            .join(QueryVersion, (QueryVersion.query_id == Query.id) & (QueryVersion.number == Query.latest))
            .join(Parameter, Parameter.version_id == QueryVersion.id)
            .where(Query.id.in_(query_ids))
            .order_by(Query.id, Parameter.position)
        )
        for query_id, parameter in rows:
            found.setdefault(query_id, []).append(parameter)
    return found
