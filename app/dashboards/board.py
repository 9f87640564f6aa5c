"""A dashboard as it is shown: its tiles, the values that they share, and what a page has to draw anew."""

from dataclasses import dataclass, replace
from datetime import datetime

from app.core.clock import now
from app.dashboards.ask import Questions
from app.dashboards.shown import Shown
from app.dashboards.targets import RANK, State, changes_in_ms
from app.queries.widgets import Widget
from app.runs.freshness.words import age_ms


@dataclass(slots=True)
class Board:
    """`widgets` are the bar's; `said` is what stands for `{{ name }}` in a text."""

    tiles: list[Shown]
    widgets: list[Widget]
    said: dict[str, str]
    at: datetime
    questions: Questions

    def only(self, number: int) -> "Board":
        """With one tile of it, where there is such a one; its values are those of all."""
        return replace(self, tiles=[shown for shown in self.tiles if shown.tile.number == number])

    @property
    def drawn(self) -> list[Shown]:
        return [shown for shown in self.tiles if shown.is_drawn]

    @property
    def modules(self) -> list[str]:
        """What the island of charts will need for them."""
        shown = {visualization.kind for each in self.drawn if (visualization := each.asking.visualization)}
        return [f"kinds/{kind}" for kind in sorted(shown)]

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
            changes_in_ms(shown.tile.max_stale_ms, shown.as_of, now())
            for shown in self.drawn
            if shown.as_of and shown.state in (State.FRESH, State.LATE)
        ]
        return min((wait for wait in ages if wait is not None), default=None)
