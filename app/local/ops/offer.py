"""Offers a data set to people: a datasource that reads it, its queries, and its dashboard with a schedule."""

from collections.abc import Callable
from dataclasses import replace

import psycopg
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core import db
from app.core.clock import now
from app.dashboards.check import BindingBody, TileBody
from app.dashboards.models import DASHBOARDS, Dashboard
from app.dashboards.save import create_dashboard
from app.datasources.change import change_datasource
from app.datasources.create import create_datasource
from app.local.demo_dashboard import find_chart
from app.local.demo_database import Place, ensure_reader
from app.local.demo_saved import live_datasource, save_queries
from app.local.errors import LocalError
from app.local.ops.load import fill
from app.local.ops.ohub.pack import OHUB
from app.local.ops.pack import Board, Pack, Placed
from app.local.ops.trad.pack import TRAD
from app.saved.tags import set_tags
from app.schedules.change import create_schedule
from app.schedules.forms import ScheduleBody

PACKS = (TRAD, OHUB)


def load_pack(actor: Actor, pack: Pack, place: Place, tell: Callable[[str], None]) -> None:
    """Make whatever of it is missing. LocalError where the database does not allow it."""
    is_new = fill_pack(pack, place, tell)
    reads = replace(place, schema=pack.schema)
    with db.transaction() as session:
        datasource = live_datasource(session, actor, pack.datasource)
        if datasource is None:
            connection = ensure_reader(reads, pack.reader)
            datasource = create_datasource(
                session, actor, kind="postgres", name=pack.datasource, connection=connection
            )
        elif is_new:
            connection = ensure_reader(reads, pack.reader)
            change_datasource(session, actor, datasource, name=pack.datasource, connection=connection)
        save_queries(session, actor, datasource, pack.queries)
        _save_board(session, actor, pack)


def fill_pack(pack: Pack, place: Place, tell: Callable[[str], None]) -> bool:
    """Its rows alone, and further weeks of them when few are left; False when nothing was to do."""
    try:
        with psycopg.connect(place.conninfo, autocommit=True) as connection:
            is_new = fill(connection, pack.schema, now().date())
    except psycopg.errors.InsufficientPrivilege:
        raise LocalError(f"This database's role may not create the schema `{pack.schema}`.") from None
    if is_new:
        tell(f"Made the data of `{pack.datasource}`, for weeks ahead; it shows what has happened by now.")
    return is_new


def _save_board(session: Session, actor: Actor, pack: Pack) -> None:
    """A chart that somebody deleted is left out."""
    board = pack.board
    there = select(Dashboard.id).where(
        Dashboard.org_id == actor.org_id, Dashboard.name == board.name, Dashboard.archived_at.is_(None)
    )
    if session.scalar(there.limit(1)) is not None:
        return
    tiles = [body for tile in board.tiles if (body := _tile(session, actor, tile)) is not None]
    made = create_dashboard(
        session, actor, name=board.name, description=board.about, tiles=tiles, refresh_s=board.refresh_s
    )
    set_tags(session, actor, DASHBOARDS, made, [pack.schema])
    create_schedule(session, actor, None, _before_the_shift(board), dashboard_id=made.id)


def _tile(session: Session, actor: Actor, tile: Placed) -> TileBody | None:
    shape = {"kind": tile.kind, "x": tile.x, "y": tile.y, "w": tile.w, "h": tile.h, "title": tile.title}
    if tile.chart is None:
        return TileBody.model_validate(shape | {"text": tile.text})
    found = find_chart(session, actor, *tile.chart)
    bindings = [
        BindingBody(parameter=name, kind="fixed", value=value) for name, value in (tile.fixed or {}).items()
    ]
    more = {"visualization_id": found, "max_stale_ms": tile.max_stale_ms, "bindings": bindings}
    return TileBody.model_validate(shape | more) if found is not None else None


def _before_the_shift(board: Board) -> ScheduleBody:
    return ScheduleBody(kind="cron", cron=board.cron, time_zone=board.zone)
