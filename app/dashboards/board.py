"""A dashboard as it is shown: each tile with its newest stored result and what is to be said of that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core.clock import now
from app.dashboards.ask import Asking, ask_tiles
from app.dashboards.models import Tile
from app.dashboards.stored import NOTHING, Stored, stored_of
from app.dashboards.targets import RANK, State, age_state, changes_in_ms, is_too_old, target_words
from app.queries.widgets import Widget, widgets_of_version
from app.runs.freshness.words import age_ms, aged
from app.runs.models import ResultColumn
from app.telemetry.names import TILE_FRESHNESS
from app.telemetry.write import observe
from app.visualizations.check import column_problems
from app.visualizations.kinds.registry import kinds

PATIENCE = timedelta(seconds=60)  # a try that failed is not repeated sooner by itself


@dataclass(slots=True)
class Shown:
    """A tile and everything its template says. `due`: opening the dashboard has to refresh it."""

    asking: Asking
    stored: Stored
    state: State
    due: bool
    columns: list[dict[str, str]] = field(default_factory=list)
    problem: str | None = None

    @property
    def tile(self) -> Tile:
        return self.asking.tile

    @property
    def is_drawn(self) -> bool:
        return self.tile.kind == "visualization"

    @property
    def name(self) -> str:
        visualization = self.asking.visualization
        return self.tile.title or (visualization.name if visualization else "Nothing")

    @property
    def run_id(self) -> int | None:
        return self.stored.good.run_id if self.stored.good else None

    @property
    def target(self) -> str:
        return target_words(self.tile.max_stale_ms)

    @property
    def decision(self) -> str:
        """What the cache did, or will, in a sentence."""
        good, target = self.stored.good, self.tile.max_stale_ms
        if good is None:
            return "There is no equal result yet."
        age = aged(age_ms(good.as_of))
        if target is None:
            return f"Shown as stored; its snapshot is {age} old."
        if target == 0:
            return f"Run at each opening; its snapshot is {age} old."
        return f"Its snapshot is {age} old; {aged(target)} is allowed."

    @property
    def body_mark(self) -> str:
        """Changes when what is drawn does."""
        if self.stored.good and self.stored.good.readable:
            return str(self.run_id)
        return f"{RANK[self.state]}-{1 if self.stored.moving else 0}"

    @property
    def state_mark(self) -> str:
        """Changes when what is said of it does."""
        moving = self.stored.moving.run_id if self.stored.moving else 0
        failed = self.stored.failing.run_id if self.stored.failing else 0
        return f"{self.run_id or 0}-{RANK[self.state]}-{moving}-{failed}"


@dataclass(slots=True)
class Board:
    tiles: list[Shown]
    widgets: list[Widget]
    at: datetime

    @property
    def drawn(self) -> list[Shown]:
        return [shown for shown in self.tiles if shown.is_drawn]

    @property
    def worst(self) -> State | None:
        """The state of the worst tile; None where nothing is drawn."""
        return max((shown.state for shown in self.drawn), key=RANK.__getitem__, default=None)

    @property
    def counts(self) -> dict[State, int]:
        return {state: n for state in State if (n := sum(shown.state is state for shown in self.drawn))}

    @property
    def due(self) -> list[Shown]:
        return [shown for shown in self.drawn if shown.due]

    @property
    def moving(self) -> int:
        """How many tiles wait for a run."""
        return sum(shown.stored.moving is not None for shown in self.drawn)

    @property
    def seen(self) -> str:
        """What a page shows of it now, for the question what has changed since."""
        return " ".join(f"{s.tile.number}.{s.body_mark}.{s.state_mark}" for s in self.drawn)

    def changed_since(self, seen: str) -> tuple[list[Shown], list[Shown]]:
        """Tiles of which the page has to draw the body anew, and those of which to tell the state anew."""
        known = {number: marks for number, *marks in (each.split(".") for each in seen.split())}
        before = {shown.tile.number: known.get(str(shown.tile.number), ["", ""]) for shown in self.drawn}
        bodies = [shown for shown in self.drawn if before[shown.tile.number][:1] != [shown.body_mark]]
        states = [shown for shown in self.drawn if before[shown.tile.number][1:] != [shown.state_mark]]
        return bodies, states

    @property
    def look_again_ms(self) -> int | None:
        """When something of it will read otherwise: soon while runs move, else when a result gets too old."""
        waits = [
            min(3000, max(200, age_ms(shown.stored.moving.queued_at) // 3))
            for shown in self.drawn
            if shown.stored.moving
        ]
        if waits:
            return min(waits)
        ages = [
            changes_in_ms(shown.tile.max_stale_ms, shown.stored.good.as_of, now())
            for shown in self.drawn
            if shown.stored.good and shown.state in (State.FRESH, State.LATE)
        ]
        return min((wait for wait in ages if wait is not None), default=None)


def show_board(
    session: Session, actor: Actor, tiles: Sequence[Tile], given: Mapping[str, object], at: datetime
) -> Board:
    """Five statements, however many tiles there are."""
    questions = ask_tiles(session, actor, tiles, given, at)
    found = stored_of(session, actor, [each.key for each in questions.tiles if each.key])
    columns = _columns(session, [each.good.run_id for each in found.values() if each.good])
    moment = now()
    shown = [_shown(asking, found, columns, at, moment) for asking in questions.tiles]
    for good in (each.good for each in found.values() if each.good):
        observe(TILE_FRESHNESS, (moment - good.as_of).total_seconds(), org_id=actor.org_id)
    errors: dict[str, str] = {}
    for each in questions.tiles:
        errors |= each.errors
    widgets: dict[str, Widget] = {}
    for version in questions.versions.values():
        for widget in widgets_of_version(version.sql, version.parameters, given, errors):
            widgets.setdefault(widget.name, widget)
    return Board(shown, list(widgets.values()), at)


def _shown(
    asking: Asking,
    found: Mapping[bytes, Stored],
    columns: Mapping[int, list[dict[str, str]]],
    opened: datetime,
    moment: datetime,
) -> Shown:
    stored = found.get(asking.key, NOTHING) if asking.key else NOTHING
    state = _state(asking, stored, moment)
    shown = Shown(asking, stored, state, due=_due(asking, stored, opened, moment), problem=asking.problem)
    visualization, good = asking.visualization, stored.good
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
    if asking.key is None or stored.moving:
        return False
    if stored.failing and moment - stored.failing.last_at < PATIENCE:
        return False
    if stored.good is None or not stored.good.readable:
        return True
    return is_too_old(asking.tile.max_stale_ms, stored.good.as_of, opened, moment)


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
