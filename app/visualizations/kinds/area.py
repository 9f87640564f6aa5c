"""Areas over time: how much there is, and of what."""

from collections.abc import Sequence

from app.visualizations.kinds.base import ANY, Column, Kind, OptionField
from app.visualizations.kinds.plane import ANNOTATIONS, LINES, TIME_ZONE, PlaneOptions, X, Y, suggest_times


class AreaOptions(PlaneOptions):
    stacked: bool = True
    percent: bool = False


def suggest(columns: Sequence[Column], row_count: int) -> AreaOptions | None:
    """Different measures are no parts of one whole: only the first is drawn."""
    found = suggest_times(columns)
    return AreaOptions(**found | {"y": found["y"][:1]}) if found else None


KIND = Kind(
    name="area",
    label="Area",
    icon="chart-area",
    rank=2,
    options=AreaOptions,
    fields=(
        X,
        Y,
        OptionField("series", "An area for each", "column", ANY),
        OptionField("stacked", "Stack the areas", "flag"),
        OptionField("percent", "As shares of 100 %", "flag"),
        LINES,
        ANNOTATIONS,
        TIME_ZONE,
    ),
    suggest=suggest,
)
