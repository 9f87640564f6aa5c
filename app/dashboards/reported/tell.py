"""What the API says of a tile with a report, besides its state."""

from typing import Any

from app.dashboards.reported.shown import ShownReport
from app.runs.freshness.tell import instant


def tell_report(shown: ShownReport) -> dict[str, Any]:
    """Nothing of an answer that its reader may not see."""
    answer, failing = shown.answer, shown.failing
    return {
        "answer_id": answer.id if answer else None,
        "as_of": instant(answer.as_of) if answer and answer.as_of else None,
        "row_count": answer.row_count if answer else None,
        "failing": {
            "since": instant(failing.since),
            "last_at": instant(failing.last_at),
            "tries": failing.tries,
            "message": failing.message,
        }
        if failing
        else None,
    }
