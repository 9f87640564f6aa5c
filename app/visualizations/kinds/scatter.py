"""A point for each row: how two numbers go together."""

from collections.abc import Sequence

from app.visualizations.kinds.base import (
    ANY,
    LABELS,
    NUMBERS,
    TIMES,
    Column,
    Kind,
    OptionField,
    measures,
    of_kind,
)
from app.visualizations.kinds.plane import ANNOTATIONS, LINES, LOG, TIME_ZONE, PlaneOptions, Y


class ScatterOptions(PlaneOptions):
    size: str | None = None
    point: str | None = None


def suggest(columns: Sequence[Column], row_count: int) -> ScatterOptions | None:
    """The first two amounts; a text colours the points."""
    numbers = measures(columns)
    if len(numbers) < 2 or row_count < 2:
        return None
    texts = of_kind(columns, LABELS - TIMES - NUMBERS)
    return ScatterOptions(x=numbers[0], y=numbers[1:2], point=texts[0] if texts else None)


KIND = Kind(
    name="scatter",
    label="Scatter",
    icon="chart-scatter",
    rank=4,
    options=ScatterOptions,
    fields=(
        OptionField("x", "Across (x)", "column", NUMBERS | TIMES, required=True),
        Y,
        OptionField("series", "A colour for each", "column", ANY),
        OptionField("size", "Size of the points", "column", NUMBERS),
        OptionField("point", "Name of a point", "column", ANY),
        LOG,
        LINES,
        ANNOTATIONS,
        TIME_ZONE,
    ),
    suggest=suggest,
)
