"""One number, large: against a target, against the one before, and in the colour of a threshold."""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from app.visualizations.kinds.base import ANY, NUMBERS, Column, Kind, OptionField, Options, of_kind


class StatOptions(Options):
    value: str
    label: str | None = Field(default=None, max_length=100)
    unit: str | None = Field(default=None, max_length=12)
    row: Literal["first", "last"] = "first"
    trend: bool = False
    previous: str | None = None
    target: float | None = Field(default=None, allow_inf_nan=False)
    better: Literal["higher", "lower"] = "higher"
    warn: float | None = Field(default=None, allow_inf_nan=False)
    bad: float | None = Field(default=None, allow_inf_nan=False)

    @field_validator("bad")
    @classmethod
    def _beyond_warning(cls, bad: float | None, info: ValidationInfo) -> float | None:
        warn, better = info.data.get("warn"), info.data.get("better")
        if warn is not None and bad is not None and (warn < bad if better == "higher" else warn > bad):
            side = "below" if better == "higher" else "above"
            raise ValueError(f"Where {better} is better, this lies {side} the warning.")
        return bad


def suggest(columns: Sequence[Column], row_count: int) -> StatOptions | None:
    """A single row's only number."""
    numbers = of_kind(columns, NUMBERS)
    return StatOptions(value=numbers[0]) if row_count == 1 and len(numbers) == 1 else None


KIND = Kind(
    name="stat",
    label="Number",
    icon="chart-stat",
    rank=10,
    options=StatOptions,
    fields=(
        OptionField("value", "Number", "column", ANY, required=True),
        OptionField("row", "Of which row", "choice", choices=(("first", "The first"), ("last", "The last"))),
        OptionField("label", "Words above it", "text"),
        OptionField("unit", "Unit", "text", help="Such as % or ms.", longest=12),
        OptionField("trend", "Against the row before, with a small line", "flag"),
        OptionField("previous", "Against another column", "column", NUMBERS),
        OptionField("target", "Target", "number", more=True),
        OptionField(
            "better", "Better is", "choice", choices=(("higher", "Higher"), ("lower", "Lower")), more=True
        ),
        OptionField("warn", "Warning from", "number", more=True),
        OptionField("bad", "Bad from", "number", more=True),
    ),
    suggest=suggest,
)
