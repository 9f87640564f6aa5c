"""How often values of one column lie in each range."""

from collections.abc import Sequence

from pydantic import Field

from app.visualizations.kinds.base import NUMBERS, Column, Kind, OptionField, Options, measures
from app.visualizations.kinds.plane import LINES, Lines

MOST_BINS = 200


class HistogramOptions(Options):
    value: str
    bins: int | None = Field(default=None, ge=1, le=MOST_BINS)
    lines: Lines = Field(default_factory=list)


def suggest(columns: Sequence[Column], row_count: int) -> HistogramOptions | None:
    numbers = measures(columns)
    return HistogramOptions(value=numbers[0]) if numbers and row_count > 1 else None


KIND = Kind(
    name="histogram",
    label="Histogram",
    icon="chart-histogram",
    rank=7,
    options=HistogramOptions,
    fields=(
        OptionField("value", "Values", "column", NUMBERS, required=True),
        OptionField(
            "bins",
            "About so many bars",
            "number",
            help=f"1 to {MOST_BINS}; chosen from the values unless given.",
        ),
        LINES,
    ),
    suggest=suggest,
)
