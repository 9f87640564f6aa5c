"""Lines over time or over a number."""

from collections.abc import Sequence

from app.visualizations.kinds.base import ANY, Column, Kind, OptionField
from app.visualizations.kinds.plane import (
    ANNOTATIONS,
    LINES,
    LOG,
    RIGHT,
    TIME_ZONE,
    PlaneOptions,
    X,
    Y,
    suggest_times,
)


class LineOptions(PlaneOptions):
    stacked: bool = False


def suggest(columns: Sequence[Column], row_count: int) -> LineOptions | None:
    found = suggest_times(columns)
    return LineOptions(**found) if found else None


KIND = Kind(
    name="line",
    label="Line",
    icon="chart-line",
    rank=1,
    options=LineOptions,
    fields=(
        X,
        Y,
        OptionField("series", "A line for each", "column", ANY),
        RIGHT,
        LOG,
        LINES,
        ANNOTATIONS,
        TIME_ZONE,
    ),
    suggest=suggest,
)
