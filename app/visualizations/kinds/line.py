"""Lines over time or over a number."""

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
STEPS = frozenset({"year", "quarter", "month", "week", "day", "hour", "minute", "second"})


class LineOptions(Options):
    x: str
    y: list[str] = Field(min_length=1, max_length=MOST)
    series: str | None = None
    stacked: bool = False


def suggest(columns: Sequence[Column], row_count: int) -> LineOptions | None:
    """Time across, numbers up; where a text tells rows of one time apart, a line for each text."""
    times = of_kind(columns, TIMES)
    steps = [name for name in of_kind(columns, NUMBERS) if name.lower() in STEPS]
    x = next(iter(times or steps), None)
    ys = [name for name in measures(columns) if name != x and name.lower() not in STEPS]
    texts = of_kind(columns, LABELS - TIMES - NUMBERS)
    if x is None or not ys or (len(texts) > 1 and not times):
        return None
    if len(texts) == 1:
        return LineOptions(x=x, y=ys[:1], series=texts[0])
    return LineOptions(x=x, y=ys[:5])


KIND = Kind(
    name="line",
    label="Line",
    icon="chart-line",
    rank=1,
    options=LineOptions,
    fields=(
        OptionField("x", "Across (x)", "column", ANY, required=True),
        OptionField("y", "Up (y)", "columns", NUMBERS, required=True),
        OptionField("series", "A line for each", "column", ANY),
    ),
    suggest=suggest,
)
