"""Where tiles stand: a style sheet for a version, which never changes, and the next free row."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from app.dashboards.models import Tile


class Placed(Protocol):
    @property
    def y(self) -> int: ...
    @property
    def h(self) -> int: ...


SIZES = {"stat": (3, 3), "table": (6, 6), "none": (6, 6)}  # columns and rows of a new tile
USUAL = (6, 5)


def style_sheet(tiles: Sequence[Tile]) -> str:
    """Rules for `#tile-NUMBER`. On a phone none holds: tiles stand below each other as they are read."""
    rules = "\n".join(
        f"  #tile-{t.number} {{ grid-area: {t.y + 1} / {t.x + 1} / span {t.h} / span {t.w}; }}" for t in tiles
    )
    return f"@media (min-width: 721px) {{\n{rules}\n}}\n"


def below(tiles: Iterable[Placed]) -> int:
    """The first row under all of them."""
    return max((tile.y + tile.h for tile in tiles), default=0)


def size_of(kind: str) -> tuple[int, int]:
    return SIZES.get(kind, USUAL)
