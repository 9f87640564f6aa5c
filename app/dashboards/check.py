"""The tiles of a save, checked before anything is stored."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from pydantic import ConfigDict, Field, model_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core.errors import Invalid
from app.dashboards.models import COLUMNS, DRAWN, Tile
from app.reports.models import Report
from app.runs.freshness.requested import LONGEST_STALE_MS
from app.saved.names import LONGEST_NAME
from app.visualizations.models import Visualization
from app.web.forms import Body

MOST_TILES = 200
LOWEST = 2_000  # rows of the grid
NUMBERS = 30_000
SOONEST_S, LATEST_S = 10, 86_400  # a dashboard that refreshes by itself


class BindingBody(Body):
    """Where one parameter gets its value: as `Binding` says."""

    parameter: str = Field(min_length=1, max_length=LONGEST_NAME)
    kind: Literal["shared", "own", "fixed"]
    name: str | None = Field(default=None, pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,62}$")
    value: Any = None

    @model_validator(mode="after")
    def what_belongs_together(self) -> "BindingBody":
        if self.kind == "shared" and self.value is not None:
            raise ValueError("A shared parameter has no value of this tile.")
        if self.kind != "shared" and self.name is not None:
            raise ValueError(f"Only a shared parameter has a name on the dashboard; this is {self.kind}.")
        return self


class TileBody(Body):
    """A tile as it is sent. Without a number it is a new one, without `bindings` they are suggested."""

    model_config = ConfigDict(str_strip_whitespace=False)

    number: int | None = Field(default=None, ge=1, le=NUMBERS)
    kind: Literal["visualization", "report", "text", "section"]
    x: int = Field(ge=0, lt=COLUMNS)
    y: int = Field(ge=0, le=LOWEST)
    w: int = Field(ge=1, le=COLUMNS)
    h: int = Field(ge=1, le=100)
    title: str = Field(default="", max_length=200)
    text: str | None = Field(default=None, max_length=20_000)
    visualization_id: int | None = Field(default=None, ge=1, lt=2**63)
    report_id: int | None = Field(default=None, ge=1, lt=2**63)
    max_stale_ms: int | None = Field(default=None, ge=0, le=LONGEST_STALE_MS)
    bindings: list[BindingBody] | None = Field(default=None, max_length=100)

    @model_validator(mode="after")
    def what_belongs_together(self) -> "TileBody":
        if self.x + self.w > COLUMNS:
            raise ValueError(f"This reaches beyond the {COLUMNS} columns.")
        if self.kind != "visualization" and (self.visualization_id is not None or self.bindings):
            raise ValueError(f"A {self.kind} has no visualization and no bindings.")
        if self.kind != "report" and self.report_id is not None:
            raise ValueError(f"A {self.kind} has no report.")
        if self.kind in DRAWN:
            if self.text is not None:
                raise ValueError(f"A {self.kind} has no text.")
            return self
        if self.max_stale_ms is not None:
            raise ValueError(f"A {self.kind} has no freshness.")
        if not (self.text or "").strip():
            raise ValueError("Write something, or remove this tile.")
        return self


def refresh_problems(refresh_s: int | None) -> dict[str, str]:
    """Field -> sentence, of how often a dashboard is to refresh by itself."""
    if refresh_s is None or SOONEST_S <= refresh_s <= LATEST_S:
        return {}
    return {"refresh_s": f"Refresh every {SOONEST_S} s to {LATEST_S:,} s, or by hand."}


def check_tiles(
    session: Session, actor: Actor, tiles: Sequence[TileBody], kept: Sequence[Tile] = ()
) -> dict[str, str]:
    """`tiles` or `tiles.INDEX` -> sentence: what lies over another tile, comes twice or is not in the org.

    `kept` are the tiles before: one that lost its visualization or report may stay as it is.
    """
    if len(tiles) > MOST_TILES:
        return {"tiles": f"There are {len(tiles)} tiles; at most {MOST_TILES} are possible."}
    problems: dict[str, str] = {}
    orphans = {tile.number for tile in kept if tile.is_drawn and not shown_by(tile)}
    known = {
        "visualization": _known(session, actor, Visualization, [tile.visualization_id for tile in tiles]),
        "report": _known(session, actor, Report, [tile.report_id for tile in tiles]),
    }
    numbers: set[int] = set()
    for index, tile in enumerate(tiles):
        place = f"tiles.{index}"
        if tile.number is not None and tile.number in numbers:
            problems[place] = f"Tile {tile.number} is there twice."
        elif tile.kind in DRAWN and (shown := shown_by(tile)) not in known[tile.kind]:
            if shown is not None:
                problems[place] = f"There is no {tile.kind} {shown} in your organisation."
            elif tile.number not in orphans:
                problems[place] = f"Choose a {tile.kind}."
        numbers.add(tile.number or 0)
    for one, other in _overlaps(tiles):
        problems.setdefault(f"tiles.{other}", f"This lies over the tile at {tiles[one].x}, {tiles[one].y}.")
    return problems


def refuse(problems: dict[str, str]) -> None:
    """Raises Invalid when there are any."""
    if problems:
        raise Invalid(" ".join(dict.fromkeys(problems.values())), fields=problems)


def shown_by(tile: Tile | TileBody) -> int | None:
    """The number of what a drawn tile shows."""
    return tile.report_id if tile.kind == "report" else tile.visualization_id


def _known(
    session: Session, actor: Actor, model: type[Visualization] | type[Report], ids: Sequence[int | None]
) -> set[int]:
    wanted = {id for id in ids if id is not None}
    if not wanted:
        return set()
    return set(session.scalars(select(model.id).where(model.org_id == actor.org_id, model.id.in_(wanted))))


def _overlaps(tiles: Sequence[TileBody]) -> Iterator[tuple[int, int]]:
    taken: dict[tuple[int, int], int] = {}
    for index, tile in enumerate(tiles):
        cells = [(x, y) for x in range(tile.x, tile.x + tile.w) for y in range(tile.y, tile.y + tile.h)]
        hit = next((taken[cell] for cell in cells if cell in taken), None)
        if hit is not None:
            yield hit, index
        taken |= dict.fromkeys(cells, index)
