"""Which chart suits an answer: the kind and options of a visualization over its columns."""

from typing import Any

from app.analytics.reports.kind import Asked, ReportKind

MOST_BARS = 25


def picture(kind: ReportKind, asked: Asked) -> tuple[str, dict[str, Any]]:
    """Time goes across; what has no time is bars that lie, the largest first."""
    names = [column.name for column in kind.columns(asked)]
    label = next(name for name in names if name not in ("rank", "period"))
    if "period" not in names:
        return "bar", {
            "x": label,
            "y": ["event_count"],
            "horizontal": True,
            "sort": "largest",
            "top": MOST_BARS,
        }
    if asked.breakdown == "period":
        return "bar", {"x": "period", "y": ["event_count"], "series": label, "stacked": True}
    series = "source" if "source" in names else None
    return "line", {"x": "period", "y": ["event_count"], "series": series}
