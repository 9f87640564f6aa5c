"""Making a dashboard and saving it again: each save is a version, and nobody's edit is lost."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.audit.record import record
from app.dashboards.check import TileBody, check_tiles, refuse
from app.dashboards.find import newest_version
from app.dashboards.models import DASHBOARDS, Dashboard, DashboardVersion, Tile
from app.saved.names import LONGEST_NAME, name_problems
from app.saved.tags import set_tags, tags_of
from app.saved.versions import count_on, take_turn


def create_dashboard(
    session: Session, actor: Actor, *, name: str, description: str = "", tiles: Sequence[TileBody] = ()
) -> Dashboard:
    """A new dashboard with its first version. Raises Invalid at `name`, `description`, `tiles.INDEX`."""
    name, description = name.strip(), description.strip()
    refuse(name_problems("dashboard", name, description) | check_tiles(session, actor, tiles))
    dashboard = Dashboard(
        org_id=actor.org_id, name=name, description=description, latest=1, created_by=actor.user_id
    )
    session.add(dashboard)
    session.flush()
    _add_version(session, actor, dashboard, tiles)
    _audit(session, actor, dashboard, "created")
    return dashboard


def save_version(
    session: Session,
    actor: Actor,
    dashboard: Dashboard,
    *,
    name: str,
    description: str,
    tiles: Sequence[TileBody],
    based_on: int,
) -> DashboardVersion:
    """The dashboard's next version, made from version `based_on`.

    Raises Overtaken when that is no longer the newest, NotFound when the dashboard was archived meanwhile,
    and Invalid as `create_dashboard` does.
    """
    take_turn(session, dashboard, DashboardVersion, based_on)
    name, description = name.strip(), description.strip()
    kept = newest_version(session, dashboard).tiles
    refuse(name_problems("dashboard", name, description) | check_tiles(session, actor, tiles, kept))
    count_on(dashboard, name=name, description=description)
    version = _add_version(session, actor, dashboard, tiles)
    _audit(session, actor, dashboard, "saved")
    return version


def duplicate_dashboard(session: Session, actor: Actor, dashboard: Dashboard) -> Dashboard:
    """A dashboard of one's own with the same tiles; one whose visualization was deleted stays behind."""
    tiles = [tile for tile in as_sent(newest_version(session, dashboard)) if _whole(tile)]
    name = f"Copy of {dashboard.name}"[:LONGEST_NAME]
    made = create_dashboard(session, actor, name=name, description=dashboard.description, tiles=tiles)
    set_tags(session, actor, DASHBOARDS, made, tags_of(session, DASHBOARDS, dashboard))
    return made


def as_sent(version: DashboardVersion) -> list[TileBody]:
    """The tiles of a version as they could be sent again."""
    names = tuple(TileBody.model_fields)
    return [
        TileBody.model_construct(**{name: getattr(tile, name) for name in names}) for tile in version.tiles
    ]


def _whole(tile: TileBody) -> bool:
    return tile.kind != "visualization" or tile.visualization_id is not None


def _add_version(
    session: Session, actor: Actor, dashboard: Dashboard, tiles: Sequence[TileBody]
) -> DashboardVersion:
    version = DashboardVersion(
        dashboard_id=dashboard.id, number=dashboard.latest, saved_by=actor.user_id, tiles=[]
    )
    free = _next_number(session, dashboard, tiles)
    for tile in tiles:
        fields = tile.model_dump(exclude={"number"})
        number = tile.number
        if number is None:
            number, free = free, free + 1
        version.tiles.append(Tile(number=number, **fields))
    session.add(version)
    session.flush()
    return version


def _next_number(session: Session, dashboard: Dashboard, tiles: Sequence[TileBody]) -> int:
    """A number that no tile of the dashboard ever had: a link to a tile never leads to another one."""
    ever = session.scalar(
        select(func.max(Tile.number))
        .join(DashboardVersion, DashboardVersion.id == Tile.version_id)
        .where(DashboardVersion.dashboard_id == dashboard.id)
    )
    return max([ever or 0, *(tile.number or 0 for tile in tiles)]) + 1


def _audit(session: Session, actor: Actor, dashboard: Dashboard, action: str) -> None:
    record(session, actor, f"dashboard.{action}", dashboard.id, name=dashboard.name, version=dashboard.latest)
