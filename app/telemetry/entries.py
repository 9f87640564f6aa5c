"""What is on its way to the store. Values and events are equally wide, as `writer.py` wants them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from app.telemetry.series import Series


class Severity(StrEnum):
    """How much an event matters, least first."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
    CRITICAL = "critical"


class Value(NamedTuple):
    """`time` in seconds since 1970."""

    time: float
    series_id: int
    series: Series
    value: float
    unit: str
    success: bool = True
    duration_ms: float | None = None
    tags: Mapping[str, Any] | None = None


class Event(NamedTuple):
    """`time` in seconds since 1970; `org_id` None: of the installation. It has no series."""

    time: float
    org_id: int | None
    series: None
    source: str
    kind: str
    severity: str
    message: str
    payload: Mapping[str, Any]


WIDTH = len(Value._fields)
SERIES = Value._fields.index("series")
