"""What a data set of operations is made of: a schema and its reader, queries, and one dashboard."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from app.local.demo_saved import Chart, Saved
from app.local.ops.load import HERE
from app.queries.parameters import Declared
from app.queries.watermark import NO_WATERMARK, Watermark

SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000


@dataclass(frozen=True, slots=True)
class Placed:
    """A tile: a chart of a query, or a text, or a section; `w` of 12 columns, `h` rows.

    `fixed` are values of the query's parameters that stay, whatever the dashboard's are.
    """

    x: int
    y: int
    w: int
    h: int
    chart: tuple[str, str] | None = None
    text: str = ""
    title: str = ""
    max_stale_ms: int | None = None
    fixed: Mapping[str, Any] | None = None

    @property
    def kind(self) -> Literal["visualization", "text", "section"]:
        return "visualization" if self.chart else "section" if self.h == 1 else "text"


@dataclass(frozen=True, slots=True)
class Board:
    """`cron` in `zone` is when it is refreshed before a shift starts."""

    name: str
    about: str
    tiles: tuple[Placed, ...]
    refresh_s: int
    cron: str
    zone: str


@dataclass(frozen=True, slots=True)
class Pack:
    schema: str
    reader: str
    datasource: str
    queries: tuple[Saved, ...]
    board: Board


def query(
    schema: str,
    file: str,
    name: str,
    about: str,
    parameters: tuple[Declared, ...],
    *charts: Chart,
    watermark: Watermark = NO_WATERMARK,
) -> Saved:
    """The query in `queries/FILE.sql` of the data set."""
    text = (HERE / schema / "queries" / f"{file}.sql").read_text()
    return Saved(name, about, text, parameters, charts, watermark, (schema,))
