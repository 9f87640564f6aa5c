"""Bars for each value of a column."""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

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
from app.visualizations.kinds.plane import ANNOTATIONS, LINES, LOG, RIGHT, TIME_ZONE, PlaneOptions, X, Y

MOST_BARS = 100
ORDERS = (
    ("result", "As in the result"),
    ("largest", "Largest first"),
    ("smallest", "Smallest first"),
    ("name", "By name"),
)
SORT = OptionField("sort", "Order", "choice", choices=ORDERS)
TOP = OptionField("top", "Only so many", "number", more=True, help=f"The largest, 1 to {MOST_BARS}.")
OTHER = OptionField("other", "Add up the rest as “Other”", "flag", more=True)


class BarOptions(PlaneOptions):
    stacked: bool = False
    percent: bool = False
    horizontal: bool = False
    sort: Literal["result", "largest", "smallest", "name"] = "result"
    top: int | None = Field(default=None, ge=1, le=MOST_BARS)
    other: bool = False


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
    rank=3,
    options=BarOptions,
    fields=(
        X,
        Y,
        OptionField("series", "A bar for each", "column", ANY),
        OptionField("stacked", "Stack the bars", "flag"),
        OptionField("percent", "As shares of 100 %", "flag"),
        OptionField("horizontal", "Lying bars", "flag"),
        SORT,
        TOP,
        OTHER,
        RIGHT,
        LOG,
        LINES,
        ANNOTATIONS,
        TIME_ZONE,
    ),
    suggest=suggest,
)
