"""A coloured cell for each pair of two columns."""

from collections.abc import Sequence

from pydantic import Field

from app.visualizations.kinds.base import (
    ANY,
    LABELS,
    NUMBERS,
    Column,
    Kind,
    OptionField,
    Options,
    measures,
    of_kind,
)
from app.visualizations.kinds.plane import STEPS, TIME_ZONE, ZoneName


class HeatmapOptions(Options):
    x: str
    y: str
    value: str
    unit: str | None = Field(default=None, max_length=12)
    time_zone: ZoneName = None


def suggest(columns: Sequence[Column], row_count: int) -> HeatmapOptions | None:
    """The last amount by two others that have a name, a day or an hour."""
    amounts = [name for name in measures(columns) if name.lower() not in STEPS]
    value = next(iter(amounts[-1:]), None)
    labels = [name for name in of_kind(columns, LABELS) if name != value]
    if value is None or len(labels) < 2 or not row_count:
        return None
    return HeatmapOptions(x=labels[1], y=labels[0], value=value)


KIND = Kind(
    name="heatmap",
    label="Heat map",
    icon="chart-heatmap",
    rank=6,
    options=HeatmapOptions,
    fields=(
        OptionField("x", "Across (x)", "column", ANY, required=True),
        OptionField("y", "Down (y)", "column", ANY, required=True),
        OptionField("value", "Colour", "column", NUMBERS, required=True),
        OptionField("unit", "Unit", "text", more=True, longest=12),
        TIME_ZONE,
    ),
    suggest=suggest,
)
