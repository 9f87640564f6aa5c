"""An answer turned into columns of plain numbers, as the chart island reads them."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.analytics.reports.read import period_ms
from app.core.errors import Invalid

CHARTED = 5_000  # rows
TOTAL_WORD = "all sources"


def columnar(answer: Mapping[str, Any], wanted: Sequence[str]) -> dict[str, Any]:
    """All columns when none is wanted. Raises Invalid for one that the answer has not."""
    there = {column["name"]: column for column in answer["columns"]}
    strange = next((name for name in wanted if name not in there), None)
    if strange is not None:
        sentence = f"There is no column {strange[:60]}. There are: {', '.join(there)}."
        raise Invalid(sentence, fields={"column": sentence})
    chosen = [there[name] for name in wanted or there]
    return {
        "columns": [
            {
                "name": column["name"],
                "type": column["kind"],
                "kind": column["kind"],
                "label": column["label"],
            }
            for column in chosen
        ],
        "values": [
            [_plain(row[column["name"]], column["name"]) for row in answer["rows"]] for column in chosen
        ],
        "row_count": answer["total_count"],
        "limit": answer["limit"],
        "cut": answer["total_count"] > answer["offset"] + answer["row_count"],
        "truncated_by": None,
    }


def _plain(value: Any, name: str) -> Any:
    if name == "period":
        return period_ms(value)
    return TOTAL_WORD if name == "source" and value is None else value
