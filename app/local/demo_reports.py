"""The demo's saved reports, about the demo's own runs."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import datasets
from app.accounts.allow import Actor
from app.reports.body import ReportBody
from app.reports.models import Report
from app.reports.save import create_report

REPORTS: tuple[dict[str, Any], ...] = (
    {
        "name": "Runs by day",
        "description": "How many runs ended each day, and how.",
        "dataset": "runs",
        "period": "last 30 days",
        "dimensions": ["day", "state"],
        "measures": ["run_count", "avg_duration_ms"],
        "chart": "bar",
    },
    {
        "name": "Slowest queries",
        "description": "Which saved queries take longest, and how often they fail.",
        "dataset": "runs",
        "period": "last 30 days",
        "dimensions": ["query"],
        "measures": ["run_count", "p95_duration_ms", "failure_rate"],
        "order_by": [{"measure": "p95_duration_ms", "direction": "desc"}],
        "limit": 20,
        "chart": "none",
    },
)


def save_reports(session: Session, actor: Actor) -> None:
    """Make those whose name is not there."""
    datasets.offer()
    there = set(session.scalars(select(Report.name).where(Report.org_id == actor.org_id)))
    for body in REPORTS:
        if body["name"] not in there:
            create_report(session, actor, ReportBody.model_validate(body))
