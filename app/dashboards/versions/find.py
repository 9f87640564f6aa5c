"""The versions of a dashboard, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.dashboards.models import Dashboard, DashboardVersion, Tile

PAGE = 50


@dataclass(frozen=True, slots=True)
class Listing:
    """number, tile_count, saved_at, saved_by_name; and the number from which the next page goes on."""

    rows: Sequence[Row[*tuple[Any, ...]]]
    next: int | None


def list_versions(session: Session, dashboard: Dashboard, before: int | None = None) -> Listing:
    tiles = select(func.count()).where(Tile.version_id == DashboardVersion.id).correlate(DashboardVersion)
    found = (
        select(
            DashboardVersion.number,
            tiles.scalar_subquery().label("tile_count"),
            DashboardVersion.saved_at,
            User.name.label("saved_by_name"),
        )
        .join(User, User.id == DashboardVersion.saved_by)
        .where(DashboardVersion.dashboard_id == dashboard.id)
        .order_by(DashboardVersion.number.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        found = found.where(DashboardVersion.number < min(before, 2**62))
    rows = session.execute(found).all()
    return Listing(rows[:PAGE], rows[PAGE - 1].number if len(rows) > PAGE else None)
