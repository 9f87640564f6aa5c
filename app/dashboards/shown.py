"""A tile as it is shown: its newest stored result, and what is to be said of that."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from app.dashboards.ask import Asking
from app.dashboards.models import Tile
from app.dashboards.stored import Stored
from app.dashboards.targets import RANK, State, target_words
from app.dashboards.windows import Window
from app.queries.widgets import Widget
from app.runs.freshness.words import age_ms, aged


class Failed(Protocol):
    """Tries in vain since the newest good one."""

    @property
    def since(self) -> datetime: ...
    @property
    def last_at(self) -> datetime: ...
    @property
    def tries(self) -> int: ...
    @property
    def message(self) -> str: ...


@dataclass(slots=True)
class Shown:
    """A tile and everything its template says. `due`: opening the dashboard has to refresh it.

    `ahead_ms`: by how much less than its target it may be old when it is refreshed.
    """

    asking: Asking
    stored: Stored
    state: State
    due: bool
    columns: list[dict[str, str]] = field(default_factory=list)
    problem: str | None = None
    widgets: list[Widget] = field(default_factory=list)
    window: Window | None = None
    data: str | None = None
    ahead_ms: int = 0

    @property
    def tile(self) -> Tile:
        return self.asking.tile

    @property
    def is_drawn(self) -> bool:
        return self.tile.is_drawn

    @property
    def as_of(self) -> datetime | None:
        """Of what is shown; None where nothing is stored."""
        return self.stored.good.as_of if self.stored.good else None

    @property
    def read_at(self) -> datetime | None:
        """From when its target counts."""
        return self.as_of

    @property
    def failing(self) -> Failed | None:
        return self.stored.failing

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
        as_of, target = self.as_of, self.tile.max_stale_ms
        if as_of is None:
            return "There is no equal result yet."
        age = aged(age_ms(as_of))
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
