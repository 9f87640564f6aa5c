"""Parts of a whole, for a few of them."""

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

MOST_PARTS = 12


class PieOptions(Options):
    x: str
    y: str
    top: int = Field(default=6, ge=1, le=MOST_PARTS)


def suggest(columns: Sequence[Column], row_count: int) -> PieOptions | None:
    """A text's parts of the first amount."""
    texts = of_kind(columns, LABELS - TIMES - NUMBERS)
    numbers = measures(columns)
    return PieOptions(x=texts[0], y=numbers[0]) if texts and numbers and row_count else None


KIND = Kind(
    name="pie",
    label="Pie",
    icon="chart-pie",
    rank=5,
    options=PieOptions,
    fields=(
        OptionField("x", "A part for each", "column", ANY, required=True),
        OptionField("y", "Size", "column", NUMBERS, required=True, help="Rows of one part are added up."),
        OptionField("top", "Parts", "number", help="The largest, 1 to 12. The rest is “Other”."),
    ),
    suggest=suggest,
)
