"""An answer: columns with their kind, and rows."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from app.reporting.words import Kind, Unit


class Part(StrEnum):
    DIMENSION = "dimension"
    MEASURE = "measure"


@dataclass(frozen=True, slots=True)
class ResultColumn:
    name: str
    part: Part
    type: Kind
    unit: Unit = Unit.NONE


@dataclass(frozen=True, slots=True)
class ReportResult:
    """Rows as a backend found them. Facts that were known before `as_of` are all in it; None: unknown.

    Values are int, float, Decimal, bool, str, date, an aware datetime in UTC, or None.
    """

    columns: tuple[ResultColumn, ...]
    rows: tuple[tuple[Any, ...], ...]
    as_of: datetime | None = None
    lag_ms: int | None = None

    def objects(self) -> list[dict[str, Any]]:
        """Rows as JSON has them: times by RFC 3339."""
        names = [column.name for column in self.columns]
        return [dict(zip(names, map(as_json, row), strict=True)) for row in self.rows]


def as_json(value: Any) -> Any:
    """A moment or a day as text, anything else as it is."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value
