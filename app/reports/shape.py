"""An answer as charts take it: columns, each with all its values."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from app.reporting.words import Kind
from app.reports.titles import chart_title

KINDS = {Kind.DECIMAL: "float"}


def chart_columns(columns: Sequence[dict[str, Any]]) -> list[dict[str, str]]:
    """Name, type and kind in the words of a run's result, and a label for people."""
    return [
        {
            "name": each["name"],
            "type": each["type"],
            "kind": KINDS.get(Kind(each["type"]), each["type"]),
            "label": chart_title(each["name"], each["unit"]),
        }
        for each in columns
    ]


def chart_values(columns: Sequence[dict[str, Any]], rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """By column; days and moments as milliseconds since 1970."""
    return [
        [_placed(Kind(column["type"]), row[place]) for row in rows] for place, column in enumerate(columns)
    ]


def chart_data(
    columns: Sequence[dict[str, Any]], rows: Sequence[Sequence[Any]], names: Sequence[str] = ()
) -> dict[str, Any]:
    """What a chart loads: the columns called `names`, all without."""
    named, values = chart_columns(columns), chart_values(columns, rows)
    places = [place for place, each in enumerate(named) if not names or each["name"] in names]
    return {
        "columns": [named[place] for place in places],
        "values": [values[place] for place in places],
        "row_count": len(rows),
        "limit": len(rows),
        "cut": False,
        "truncated_by": None,
    }


def options_of(kind: str, columns: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The first dimension along x, the measures up y, a second dimension as series; None: nothing to draw."""
    dimensions = [each for each in columns if each["kind"] == "dimension"]
    measures = [each for each in columns if each["kind"] == "measure"]
    if kind == "none" or not dimensions or not measures:
        return None
    x = next((each for each in dimensions if each["type"] in (Kind.DATE, Kind.TIMESTAMP)), dimensions[0])
    others = [each for each in dimensions if each is not x]
    unit = measures[0]["unit"]
    shown = [each["name"] for each in measures if each["unit"] == unit]
    options: dict[str, Any] = {"x": x["name"], "y": shown[:1] if others else shown}
    if others:
        options["series"] = others[0]["name"]
    return options


def _placed(kind: Kind, value: Any) -> Any:
    if value is None or kind not in (Kind.DATE, Kind.TIMESTAMP):
        return value
    if kind is Kind.DATE:
        moment = datetime.combine(date.fromisoformat(value), datetime.min.time(), UTC)
    else:
        moment = datetime.fromisoformat(value)
    return int(moment.timestamp() * 1000)
