"""One number, large."""

from collections.abc import Sequence

from pydantic import Field

from app.visualizations.kinds.base import ANY, NUMBERS, Column, Kind, OptionField, Options, of_kind


class StatOptions(Options):
    value: str
    label: str | None = Field(default=None, max_length=100)


def suggest(columns: Sequence[Column], row_count: int) -> StatOptions | None:
    """A single row's only number."""
    numbers = of_kind(columns, NUMBERS)
    return StatOptions(value=numbers[0]) if row_count == 1 and len(numbers) == 1 else None


KIND = Kind(
    name="stat",
    label="Number",
    icon="chart-stat",
    rank=3,
    options=StatOptions,
    fields=(
        OptionField("value", "Number", "column", ANY, required=True, help="Of the first row."),
        OptionField("label", "Words under it", "text"),
    ),
    suggest=suggest,
)
