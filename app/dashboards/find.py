"""Finding dashboards: the list in one statement, newest save first."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.accounts.allow import Actor, fetch
from app.accounts.models import User
from app.core.errors import NotFound
from app.dashboards.models import Dashboard, DashboardVersion, Tile
from app.queries.models import Query
from app.visualizations.models import Visualization

MOST = 500


def list_dashboards(
    session: Session, actor: Actor, *, q: str = "", archived: bool = False, limit: int = MOST
) -> Sequence[Row[*tuple[Any, ...]]]:
    """id, name, description, version, tile_count, created_at, changed_at, saved_by_name; newest first."""
    tiles = (
        select(func.count()).where(Tile.version_id == DashboardVersion.id).correlate(DashboardVersion)
    ).scalar_subquery()
    found = (
        select(
            Dashboard.id,
            Dashboard.name,
            Dashboard.description,
            Dashboard.latest.label("version"),
            tiles.label("tile_count"),
            Dashboard.created_at,
            Dashboard.changed_at,
            User.name.label("saved_by_name"),
        )
        .join(
            DashboardVersion,
            (DashboardVersion.dashboard_id == Dashboard.id) & (DashboardVersion.number == Dashboard.latest),
        )
        .join(User, User.id == DashboardVersion.saved_by)
        .where(
            Dashboard.org_id == actor.org_id,
            Dashboard.archived_at.is_not(None) if archived else Dashboard.archived_at.is_(None),
        )
        .order_by(Dashboard.changed_at.desc(), Dashboard.id.desc())
        .limit(limit)
    )
    if wanted := q.replace("\0", "").strip():
        found = found.where(func.lower(Dashboard.name).contains(wanted.lower(), autoescape=True))
    return session.execute(found).all()


def find_dashboard(session: Session, actor: Actor, dashboard_id: int, *, lock: bool = False) -> Dashboard:
    """Raises NotFound for a stranger's dashboard, as for none, and for an archived one."""
    dashboard = fetch(session, actor, Dashboard, dashboard_id, lock=lock)
    if dashboard.archived_at is not None:
        raise NotFound(f"{dashboard.name} was archived.")
    return dashboard


def newest_version(session: Session, dashboard: Dashboard) -> DashboardVersion:
    """With its author and its tiles, in reading order."""
    return version_of(session, dashboard, dashboard.latest)


def version_of(session: Session, dashboard: Dashboard, number: int) -> DashboardVersion:
    """Raises NotFound."""
    version = None
    if number < 2**63:
        version = session.scalar(
            select(DashboardVersion)
            .where(DashboardVersion.dashboard_id == dashboard.id, DashboardVersion.number == number)
            .options(joinedload(DashboardVersion.author), selectinload(DashboardVersion.tiles))
        )
    if version is None:
        raise NotFound(f"{dashboard.name} has no version {number}.")
    return version


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
