"""Find the newest answer of each report that stands on a tile, and say how fresh that is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import orjson
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core.errors import Problem
from app.dashboards.ask import Asking
from app.dashboards.inline import MOST_BYTES, safe
from app.dashboards.models import Tile, TileKind
from app.dashboards.reported.shown import ShownReport
from app.dashboards.stored import NOTHING
from app.dashboards.targets import PATIENCE, State, age_state, is_too_old
from app.reports.answer import check, table_of
from app.reports.models import ReportAnswer
from app.reports.newest import Newest, newest_of
from app.reports.shape import chart_data
from app.reports.show import shown_table

GONE = "The report that stood here was deleted. An editor can remove this tile."
MOST_ROWS = 500  # of a table on a tile; its report shows them all


def show_reports(
    session: Session, actor: Actor, tiles: Sequence[Tile], opened: datetime, moment: datetime
) -> dict[int, ShownReport]:
    """By the tile's number; one statement, and none where no report stands on a tile."""
    wanted = [tile for tile in tiles if tile.kind == TileKind.REPORT]
    found = newest_of(session, actor, [tile.report_id for tile in wanted if tile.report_id])
    return {
        tile.number: _shown(actor, tile, found.get(tile.report_id or 0), opened, moment) for tile in wanted
    }


def _shown(actor: Actor, tile: Tile, found: Newest | None, opened: datetime, moment: datetime) -> ShownReport:
    problem = _refusal(actor, found, moment)
    state = State.UNKNOWN if problem or found is None else _state(tile, found, moment)
    due = not problem and found is not None and _due(tile, found, opened, moment)
    shown = ShownReport(Asking(tile), NOTHING, state, due, problem=problem, found=found)
    if found and found.answer and not problem:
        _draw(shown, found, found.answer)
    return shown


def _refusal(actor: Actor, found: Newest | None, moment: datetime) -> str | None:
    """Why this actor is shown nothing of it."""
    if found is None:
        return GONE
    if found.report.archived_at is not None:
        return f"The report {found.report.name} is archived. Restore it, or remove this tile."
    try:
        check(actor, found.version, moment)
    except Problem as error:
        return error.detail or " ".join(error.fields.values()) or error.title
    return None


def _state(tile: Tile, found: Newest, moment: datetime) -> State:
    answer = found.answer
    if found.failure:
        return State.FAILING
    if answer is None:
        return State.NEVER
    if answer.data is None or answer.as_of is None:
        return State.UNKNOWN
    return age_state(tile.max_stale_ms, answer.as_of, moment)


def _due(tile: Tile, found: Newest, opened: datetime, moment: datetime) -> bool:
    """By when it was asked: facts that lag behind do not come sooner for asking again."""
    if found.failure and moment - found.failure.last_at < PATIENCE:
        return False
    if found.answer is None or found.answer.data is None:
        return True
    return is_too_old(tile.max_stale_ms, found.answer.asked_at, opened, moment)


def _draw(shown: ShownReport, found: Newest, answer: ReportAnswer) -> None:
    table = table_of(answer)
    if table is None:
        return
    whole = shown_table(table.columns, table.rows, found.version.chart)
    shown.table = replace(whole, cells=(whole.cells or [])[:MOST_ROWS])
    if whole.options and table.rows:
        body = orjson.dumps(chart_data(table.columns, table.rows))
        shown.data = safe(body) if len(body) <= MOST_BYTES else None
