"""Find what is stored for each tile, and say how fresh that is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core.clock import now
from app.dashboards.ask import Asking, Questions, ask_tiles
from app.dashboards.bindings import own_name
from app.dashboards.board import Board
from app.dashboards.inline import inline_small
from app.dashboards.models import BindingKind, Tile
from app.dashboards.reported.show import show_reports
from app.dashboards.said import said
from app.dashboards.shown import Shown
from app.dashboards.stored import NOTHING, Stored, stored_of, values_of_runs
from app.dashboards.targets import PATIENCE, RANK, State, age_state, is_too_old, moment_of
from app.dashboards.windows import window_of
from app.queries.declare import declared_of
from app.queries.widgets import Widget, widget_of
from app.runs.models import ResultColumn
from app.telemetry.names import TILE_FRESHNESS
from app.telemetry.write import observe
from app.visualizations.check import column_problems
from app.visualizations.kinds.registry import kinds


def show_board(
    session: Session, actor: Actor, tiles: Sequence[Tile], given: Mapping[str, object], at: datetime
) -> Board:
    """Ten statements at most, however many tiles there are. `at` is when it was opened."""
    return _board(session, actor, ask_tiles(session, actor, tiles, given, moment_of(now())), given, at)


def show_again(session: Session, actor: Actor, board: Board, given: Mapping[str, object]) -> Board:
    """The same questions as a moment ago, with what is stored of them now."""
    return _board(session, actor, board.questions, given, board.at)


def _board(
    session: Session, actor: Actor, questions: Questions, given: Mapping[str, object], at: datetime
) -> Board:
    moment = now()
    asking = questions.tiles
    tiles = [each.tile for each in asking]
    found = stored_of(
        session, actor, [e.key for e in asking if e.key], [e.spoken for e in asking if e.spoken]
    )
    columns = _columns(session, [each.good.run_id for each in found.values() if each.good])
    for good in (each.good for each in found.values() if each.good):
        observe(TILE_FRESHNESS, (moment - good.as_of).total_seconds(), org_id=actor.org_id)
    said_before = [found[e.spoken].good for e in asking if e.spoken]
    values = values_of_runs(session, [good.run_id for good in said_before if good])
    reports = show_reports(session, actor, tiles, at, moment)
    shown = [
        reports.get(each.tile.number) or _shown(each, _newest(each, found), columns, values, at, moment)
        for each in asking
    ]
    _bring_along(shown)
    inline_small(session, shown)
    errors: dict[str, str] = {}
    for each in questions.tiles:
        errors |= each.errors
    for one in shown:
        one.widgets = _own_widgets(one.asking, given)
    widgets = [widget_of(item, given, errors) for item in questions.shared.values()]
    return Board(shown, widgets, said(questions.shared, questions.read, given), at, questions)


def _own_widgets(asking: Asking, given: Mapping[str, object]) -> list[Widget]:
    """The fields that stand on the tile itself."""
    if asking.version is None:
        return []
    own = [each for each in asking.bindings.values() if each.kind is BindingKind.OWN]
    declared = {item.name: item for item in declared_of(asking.version.parameters)}
    values = {each.parameter: each.value for each in own if each.value is not None}
    prefix = own_name(asking.tile, "")
    values |= {key.removeprefix(prefix): value for key, value in given.items() if key.startswith(prefix)}
    errors = {key.replace(prefix, ""): text for key, text in asking.errors.items()}
    return [widget_of(declared[each.parameter], values, errors) for each in own]


def _newest(asking: Asking, found: Mapping[bytes, Stored]) -> Stored:
    """What is stored of the question, or of its words when those were read at another time."""
    equal = found.get(asking.key, NOTHING) if asking.key else NOTHING
    alike = found.get(asking.spoken, NOTHING) if asking.spoken else NOTHING
    if alike.good and (equal.good is None or equal.good.run_id <= alike.good.run_id):
        return alike
    return alike if asking.spoken and equal.good is None else equal


def _bring_along(shown: Sequence[Shown]) -> None:
    """When one tile reads its words anew, all do: so they show the same window."""
    spoken = [each for each in shown if each.asking.spoken]
    if any(each.due for each in spoken):
        for each in spoken:
            moved = each.window is not None and each.window.is_earlier
            each.due = each.due or (moved and each.tile.max_stale_ms is not None and not each.stored.moving)


def _shown(
    asking: Asking,
    stored: Stored,
    columns: Mapping[int, list[dict[str, str]]],
    values: Mapping[int, Mapping[str, str | None]],
    opened: datetime,
    moment: datetime,
) -> Shown:
    state = _state(asking, stored, moment)
    shown = Shown(asking, stored, state, due=_due(asking, stored, opened, moment), problem=asking.problem)
    visualization, good = asking.visualization, stored.good
    if asking.asked and asking.spoken and good:
        shown.window = window_of(asking.asked.bound.values, values.get(good.run_id, {}))
        if shown.window.is_beyond(asking.tile.max_stale_ms):
            shown.state = state = max(state, State.LATE, key=RANK.__getitem__)
            shown.due = shown.due or not (stored.moving or _tried(stored, moment))
    if visualization and good and good.readable and not shown.problem:
        shown.columns = columns.get(good.run_id, [])
        shown.problem = _undrawable(visualization.kind, visualization.options, shown.columns)
        if shown.problem:
            shown.state = max(state, State.UNKNOWN, key=RANK.__getitem__)
    return shown


def _state(asking: Asking, stored: Stored, moment: datetime) -> State:
    if asking.problem:
        return State.UNKNOWN
    if stored.failing:
        return State.FAILING
    if stored.good is None:
        return State.NEVER
    if not stored.good.readable:
        return State.UNKNOWN
    return age_state(asking.tile.max_stale_ms, stored.good.as_of, moment)


def _due(asking: Asking, stored: Stored, opened: datetime, moment: datetime) -> bool:
    if asking.key is None or stored.moving or _tried(stored, moment):
        return False
    if stored.good is None or not stored.good.readable:
        return True
    return is_too_old(asking.tile.max_stale_ms, stored.good.as_of, opened, moment)


def _tried(stored: Stored, moment: datetime) -> bool:
    """Whether a try has just failed."""
    return stored.failing is not None and moment - stored.failing.last_at < PATIENCE


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    kind: str


def _undrawable(kind: str, options: Mapping[str, object], columns: Sequence[Mapping[str, str]]) -> str | None:
    named = [_Column(column["name"], column["kind"]) for column in columns]
    return " ".join(column_problems(kinds()[kind], options, named).values()) or None


def _columns(session: Session, run_ids: Sequence[int]) -> dict[int, list[dict[str, str]]]:
    """By run, as the islands take them."""
    found: dict[int, list[dict[str, str]]] = {}
    if run_ids:
        rows = session.execute(
            select(ResultColumn.run_id, ResultColumn.name, ResultColumn.type, ResultColumn.kind)
            .where(ResultColumn.run_id.in_(run_ids))
            .order_by(ResultColumn.run_id, ResultColumn.position)
        )
        for run_id, name, type, kind in rows:
            found.setdefault(run_id, []).append({"name": name, "type": type, "kind": kind})
    return found
