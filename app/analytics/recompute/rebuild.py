"""Replace the snapshots of a run's buckets, and say what that changed."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.analytics.buckets import Days
from app.analytics.models import RecomputeRun, Window
from app.analytics.recompute.hashing import hash_of_run
from app.analytics.recompute.statements import (
    BEFORE,
    COMPARE,
    DELETE,
    FRONTIER,
    MOST_CHANGES,
    TOTALS,
    rebuild_sql,
)
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
    session.execute(BEFORE)
    replaced: int = session.execute(DELETE, values).rowcount  # type: ignore[attr-defined]
    statement = rebuild_sql(kind)
    rows: int = session.execute(text(statement), values | {"run_id": run.id}).rowcount  # type: ignore[attr-defined]
    seen = session.execute(FRONTIER).one()
    changes = {"added": rows, "changed": 0, "removed": 0}
    if replaced:
        changes = dict(session.execute(COMPARE, values | {"run_id": run.id}).one()._mapping)
    totals = {each.metric_name: each for each in session.execute(TOTALS, values)}
    summary = {
        "buckets": days_of(run).count(Window(run.window)),
        "rows": rows,
        "rows_before": replaced,
        "events_read": totals["event_count"].after,
        **changes,
        "changes_kept": min(sum(changes.values()), MOST_CHANGES) if replaced else 0,
        "totals": {
            name: {"before": totals[name].before if replaced else None, "after": totals[name].after}
            for name in kind.metrics
        },
    }
    frontier = Frontier(seen.position, seen.clock.isoformat().replace("+00:00", "Z"))
    return Rebuilt(summary, statement, frontier, hash_of_run(session, values | {"run_id": run.id}))


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
