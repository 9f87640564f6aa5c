"""What a page shows of an answer."""

from dataclasses import dataclass
from typing import Any

from app.reporting.words import Kind, Unit
from app.reports.answer import table_of
from app.reports.models import ReportAnswer
from app.reports.shape import chart_columns, options_of
from app.reports.titles import title

NUMBERS = (Kind.INTEGER, Kind.DECIMAL)


@dataclass(frozen=True, slots=True)
class ShownColumn:
    name: str
    title: str
    type: str
    unit: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """`cells` is None when the rows were forgotten; `charted` are the columns as charts take them."""

    columns: list[ShownColumn]
    cells: list[list[str]] | None
    charted: list[dict[str, str]]
    options: dict[str, Any] | None


def shown_answer(answer: ReportAnswer, chart: str) -> ShownAnswer:
    table = table_of(answer)
    if table is None:
        return ShownAnswer([], None, [], None)
    return shown_table(table.columns, table.rows, chart)


def shown_table(columns: list[dict[str, Any]], rows: list[list[Any]], chart: str) -> ShownAnswer:
    shown = [
        ShownColumn(
            each["name"], title(each["name"]), each["type"], each["unit"], Kind(each["type"]) in NUMBERS
        )
        for each in columns
    ]
    cells = [[cell(value, column) for value, column in zip(row, shown, strict=True)] for row in rows]
    return ShownAnswer(shown, cells, chart_columns(columns), options_of(chart, columns))


def cell(value: Any, column: ShownColumn) -> str:
    """A value for people; what is exact stays in the API."""
    if value is None:
        return ""
    if column.unit == Unit.SHARE:
        return f"{float(value):.1%}"
    if column.unit == Unit.MS:
        return _span(float(value))
    if column.unit == Unit.BYTES:
        return _size(float(value))
    if column.unit == Unit.CENTS:
        return f"{float(value) / 100:,.2f}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value) if column.name.endswith("_id") else f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.2f}"
    return str(value).replace("T", " ").removesuffix(":00Z") if column.type == Kind.TIMESTAMP else str(value)


def _span(ms: float) -> str:
    if ms < 1_000:
        return f"{ms:,.0f} ms"
    return f"{ms / 1_000:,.1f} s" if ms < 120_000 else f"{ms / 60_000:,.1f} min"


def _size(size: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1_000:
            return f"{size:,.0f} {unit}" if unit == "B" else f"{size:,.1f} {unit}"
        size /= 1_000
    return f"{size:,.1f} TB"
