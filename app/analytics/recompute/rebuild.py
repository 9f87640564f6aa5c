"""Replace the snapshots of a run's buckets, and say what that changed."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.analytics.buckets import Days
from app.analytics.models import RecomputeRun, Window
from app.analytics.recompute.hashing import hash_of_made
from app.analytics.recompute.statements import (
    FRONTIER,
    MOST_CHANGES,
    aggregate_sql,
    make_sql,
    replace_sql,
)
from app.analytics.recompute.sums import keep_sums
from app.analytics.reports.kind import ReportKind
from app.evidence.frontier import Frontier


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a run did. `summary` is what the API and the page show."""

    summary: dict[str, Any]
    statement: str
    frontier: Frontier
    output_hash: str


def rebuild(session: Session, run: RecomputeRun, kind: ReportKind) -> Rebuilt:
    """In the session's transaction: whoever reads meanwhile sees the old snapshots."""
    values = values_of(run, kind)
    session.execute(make_sql(kind), values)
    seen = session.execute(FRONTIER).one()
    output_hash = hash_of_made(session, kind)
    found = session.execute(replace_sql(kind), values | {"run_id": run.id})
    metrics = {each.metric_name: each for each in found}
    if kind.summed:
        keep_sums(session, kind, values, Window(run.window), days_of(run), run.id)
    rows, replaced, *changes = (
        sum(getattr(each, name) for each in metrics.values())
        for name in ("rows", "rows_before", "added", "changed", "removed")
    )
    summary = {
        "buckets": days_of(run).count(Window(run.window)),
        "rows": rows,
        "rows_before": replaced,
        "events_read": metrics["event_count"].after,
        **dict(zip(("added", "changed", "removed"), changes, strict=True)),
        "changes_kept": min(sum(changes), MOST_CHANGES) if replaced else 0,
        "totals": {
            name: {
                "before": metrics[name].before if replaced else None,
                "after": metrics[name].after,
            }
            for name in kind.metrics
        },
    }
    frontier = Frontier(seen.position, seen.clock.isoformat().replace("+00:00", "Z"))
    return Rebuilt(summary, aggregate_sql(kind), frontier, output_hash)


def values_of(run: RecomputeRun, kind: ReportKind) -> dict[str, Any]:
    """What the statements bind."""
    days = days_of(run)
    return {
        "org_id": run.org_id,
        "report_id": run.report_id,
        "window": run.window,
        "keys": list(kind.keys),
        "metrics": list(kind.metrics),
        "begin": days.begin,
        "end": days.end,
    }


def days_of(run: RecomputeRun) -> Days:
    return Days(run.date_from, run.date_to)
