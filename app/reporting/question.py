"""What a caller may ask, as it is sent: shapes only. Names are checked against the catalog in `check`."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr

from app.reporting.words import Direction, Op
from app.web.forms import Body

LIMIT, MOST_ROWS = 100, 10_000
MOST_NAMES, MOST_FILTERS, MOST_VALUES = 20, 50, 1_000

_RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


def _moment(given: Any) -> datetime:
    """In UTC."""
    try:
        if not isinstance(given, str) or not _RFC_3339.fullmatch(given):
            raise ValueError
        return datetime.fromisoformat(given.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("Write a time with an offset, such as 2026-01-31T08:00:00Z.") from None


Moment = Annotated[datetime, BeforeValidator(_moment)]
Scalar = StrictBool | StrictInt | StrictFloat | StrictStr | None
Name = Annotated[str, Field(min_length=1, max_length=100)]


class TimeRange(Body):
    """From inclusive, to exclusive. Written by RFC 3339 with an offset, kept in UTC."""

    model_config = ConfigDict(populate_by_name=True)

    start: Moment = Field(alias="from")
    end: Moment = Field(alias="to")


class Filter(Body):
    field: Name
    op: Op
    value: Scalar | list[Scalar]


class Order(Body):
    """By exactly one of both."""

    dimension: Name | None = None
    measure: Name | None = None
    direction: Direction = Direction.ASC


class Asked(Body):
    """What a question says besides its time range."""

    dataset: Name
    dimensions: list[Name] = Field(default=[], max_length=MOST_NAMES)
    measures: list[Name] = Field(default=[], max_length=MOST_NAMES)
    filters: list[Filter] = Field(default=[], max_length=MOST_FILTERS)
    order_by: list[Order] = Field(default=[], max_length=MOST_NAMES)
    limit: StrictInt = Field(default=LIMIT, ge=1, le=MOST_ROWS)
    time_zone: str = Field(default="UTC", min_length=1, max_length=100)


class ReportQuery(Asked):
    time_range: TimeRange
