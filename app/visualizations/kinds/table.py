"""The rows themselves: which columns, in which order, and how each is shown."""

import re
from collections.abc import Sequence
from typing import Literal

from pydantic import Field, field_validator, model_validator

from app.core.zones import is_zone
from app.visualizations.kinds.base import Column, Kind, OptionField, Options

MOST_COLUMNS = 500
MOST_RULES = 12
LONGEST_VALUE = 200
# The part up to the path is written out: no value of a row can choose the host, or the scheme.
_LINK = re.compile(r"(https?://[^{}\s/?#]+([/?#].*)?|mailto:.*)", re.IGNORECASE | re.DOTALL)


class NumberFormat(Options):
    decimals: int | None = Field(default=None, ge=0, le=20)
    thousands: bool = False
    percent: bool = False
    unit: str | None = Field(default=None, max_length=12)


class Rule(Options):
    """Colours a cell, or its whole row, where it holds; the first that holds counts."""

    op: Literal["eq", "ne", "lt", "le", "gt", "ge", "contains", "is_null"]
    value: str | None = Field(default=None, max_length=LONGEST_VALUE)
    colour: Literal["green", "amber", "red", "blue", "plum"]
    row: bool = False


class Ageing(Options):
    """Seconds after which a time is old, and very old."""

    old_s: int = Field(ge=1, le=10**9)
    very_old_s: int = Field(ge=1, le=10**9)

    @model_validator(mode="after")
    def _in_order(self) -> "Ageing":
        if self.very_old_s < self.old_s:
            raise ValueError("What is very old must be older than what is old.")
        return self


class ColumnSettings(Options):
    """How one column is shown. Of several columns of one name, each takes the next settings of that name."""

    name: str
    hidden: bool = False
    frozen: bool = False
    number: NumberFormat | None = None
    zone: str | None = None
    link: str | None = Field(default=None, max_length=1000)
    rules: list[Rule] = Field(default_factory=list, max_length=MOST_RULES)
    bar: bool = False
    total: Literal["sum", "mean", "min", "max", "count"] | None = None
    ageing: Ageing | None = None

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str | None) -> str | None:
        if zone and not is_zone(zone):
            raise ValueError("Use the name of a time zone, such as Europe/Berlin.")
        return zone or None

    @field_validator("link")
    @classmethod
    def _safe_link(cls, link: str | None) -> str | None:
        if link and not _LINK.fullmatch(link):
            raise ValueError("Begin with https://, http:// or mailto:, and write the host out.")
        return link or None


class TableOptions(Options):
    """Columns in their order; those not named follow as they come."""

    columns: list[ColumnSettings] = Field(default_factory=list, max_length=MOST_COLUMNS)


def suggest(columns: Sequence[Column], row_count: int) -> TableOptions:
    return TableOptions()


KIND = Kind(
    name="table",
    label="Table",
    icon="table",
    rank=11,
    options=TableOptions,
    fields=(OptionField("columns", "Columns", "settings"),),
    suggest=suggest,
)
