"""Bars for each value of a column."""

from collections.abc import Sequence

from pydantic import Field

from app.visualizations.kinds.base import (
    ANY,
    LABELS,
    NUMBERS,
    TIMES,
    Column,
    Kind,
    OptionField,
    Options,
    measures,
    of_kind,
)

MOST = 12


class BarOptions(Options):
    x: str
    y: list[str] = Field(min_length=1, max_length=MOST)
    series: str | None = None
    stacked: bool = False


def suggest(columns: Sequence[Column], row_count: int) -> BarOptions | None:
    """Texts across, numbers up; a second text splits the bars."""
    texts = of_kind(columns, LABELS - TIMES - NUMBERS)
    labels = texts or [name for name in of_kind(columns, LABELS) if name not in measures(columns)[-1:]]
    ys = [name for name in measures(columns) if name not in labels[:1]]
    if not labels or not ys or not row_count:
        return None
    if len(ys) == 1 and len(texts) == 2:
        return BarOptions(x=labels[0], y=ys, series=texts[1], stacked=True)
    return BarOptions(x=labels[0], y=ys[:3])


KIND = Kind(
    name="bar",
    label="Bars",
    icon="chart-bar",
    rank=2,
    options=BarOptions,
    fields=(
        OptionField("x", "Across (x)", "column", ANY, required=True),
        OptionField("y", "Up (y)", "columns", NUMBERS, required=True),
        OptionField("series", "A bar for each", "column", ANY),
        OptionField("stacked", "Stack the bars", "flag"),
    ),
    suggest=suggest,
)
