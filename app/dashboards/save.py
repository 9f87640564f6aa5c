"""Making a dashboard and saving it again: each save is a version, and nobody's edit is lost."""

import json
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.audit.record import record
from app.dashboards.bind_tiles import bind_tiles
from app.dashboards.bindings import stored_bindings
from app.dashboards.check import BindingBody, TileBody, check_tiles, refresh_problems, refuse, shown_by
from app.dashboards.find import newest_version
from app.dashboards.models import DASHBOARDS, DRAWN, Dashboard, DashboardVersion, Tile, TileBinding
from app.saved.names import LONGEST_NAME, name_problems
from app.saved.tags import set_tags, tags_of
from app.saved.versions import count_on, take_turn


def create_dashboard(
    session: Session,
    actor: Actor,
    *,
    name: str,
    description: str = "",
    tiles: Sequence[TileBody] = (),
    refresh_s: int | None = None,
) -> Dashboard:
    """A new dashboard with its first version.

    Raises Invalid at `name`, `description`, `refresh_s`, `tiles.INDEX`.
    """
    name, description = name.strip(), description.strip()
    named = name_problems("dashboard", name, description) | refresh_problems(refresh_s)
    refuse(named | check_tiles(session, actor, tiles))
    tiles = bind_tiles(session, actor, tiles)
    dashboard = Dashboard(
        org_id=actor.org_id,
        name=name,
        description=description,
        latest=1,
        refresh_s=refresh_s,
        created_by=actor.user_id,
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
    refresh_s: int | None = None,
    known: Sequence[Tile] = (),
) -> DashboardVersion:
    """The dashboard's next version, made from version `based_on`.

    Tiles of the newest version, and those that are `known`, may keep what has gone meanwhile.
    Raises Overtaken when that is no longer the newest, NotFound when the dashboard was archived meanwhile,
    and Invalid as `create_dashboard` does.
    """
    take_turn(session, dashboard, DashboardVersion, based_on)
    name, description = name.strip(), description.strip()
    kept = [*newest_version(session, dashboard).tiles, *known]
    named = name_problems("dashboard", name, description) | refresh_problems(refresh_s)
    refuse(named | check_tiles(session, actor, tiles, kept))
    tiles = bind_tiles(session, actor, tiles, kept)
    count_on(dashboard, name=name, description=description)
    dashboard.refresh_s = refresh_s
    version = _add_version(session, actor, dashboard, tiles)
    _audit(session, actor, dashboard, "saved")
    return version


def duplicate_dashboard(session: Session, actor: Actor, dashboard: Dashboard) -> Dashboard:
    """A dashboard of one's own with the same tiles; one that lost what it shows stays behind."""
    tiles = [tile for tile in as_sent(newest_version(session, dashboard)) if _whole(tile)]
    name = f"Copy of {dashboard.name}"[:LONGEST_NAME]
    made = create_dashboard(
        session,
        actor,
        name=name,
        description=dashboard.description,
        tiles=tiles,
        refresh_s=dashboard.refresh_s,
    )
    set_tags(session, actor, DASHBOARDS, made, tags_of(session, DASHBOARDS, dashboard))
    return made


def as_sent(version: DashboardVersion) -> list[TileBody]:
    """The tiles of a version as they could be sent again."""
    return [tile_as_sent(tile) for tile in version.tiles]


def tile_as_sent(tile: Tile) -> TileBody:
    fields = {name: getattr(tile, name) for name in TileBody.model_fields if name != "bindings"}
    bindings = None
    if tile.kind == "visualization":
        bindings = [
            BindingBody.model_construct(parameter=b.parameter, kind=b.kind.value, name=b.name, value=b.value)
            for b in stored_bindings(tile)
        ]
    return TileBody.model_construct(**fields, bindings=bindings)


def _whole(tile: TileBody) -> bool:
    return tile.kind not in DRAWN or shown_by(tile) is not None


def _add_version(
    session: Session, actor: Actor, dashboard: Dashboard, tiles: Sequence[TileBody]
) -> DashboardVersion:
    version = DashboardVersion(
        dashboard_id=dashboard.id, number=dashboard.latest, saved_by=actor.user_id, tiles=[]
    )
    free = _next_number(session, dashboard, tiles)
    for tile in tiles:
        fields = tile.model_dump(exclude={"number", "bindings"})
        number = tile.number
        if number is None:
            number, free = free, free + 1
        bindings = [_binding(each) for each in tile.bindings or ()]
        version.tiles.append(Tile(number=number, **fields, bindings=bindings))
    session.add(version)
    session.flush()
    return version


def _binding(body: BindingBody) -> TileBinding:
    kept = body.kind == "fixed" or (body.kind == "own" and body.value is not None)
    return TileBinding(
        parameter=body.parameter,
        kind=body.kind,
        name=body.name,
        value=json.dumps(body.value) if kept else None,
    )


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
