"""What a recompute run comes to know, written as its evidence report.

Its source is Plumbline itself: datasource 0, of the kind `plumbline`, which nobody can make.
"""

from sqlalchemy.orm import Session

from app.analytics.definitions import kind_of
from app.analytics.models import RecomputeRun
from app.analytics.recompute.statements import aggregate_sql
from app.evidence.envelope import Written, write
from app.evidence.frontier import Frontier
from app.evidence.report import Asked, BoundAs, Freshness, Observed, Report, Source

ITSELF = 0
SOURCE = Source(ITSELF, "plumbline", ("public.analytics_events", "public.event_sources"))


def of_success(run: RecomputeRun, statement: str, frontier: Frontier, output_hash: str) -> Written:
    return write(
        Report(asked=asked(run, statement), sources=(SOURCE,), frontier=frontier, output_hash=output_hash)
    )


def of_failure(session: Session, run: RecomputeRun) -> Written:
    statement = aggregate_sql(kind_of(session, run.report_id))
    reason = "The run did not end."
    return write(
        Report(
            asked=asked(run, statement),
            sources=(SOURCE,),
            frontier=Frontier(reason=reason),
            output_hash=None,
            freshness=Freshness(observed=Observed.UNAVAILABLE, reason=reason),
            failure="internal",
        )
    )


def asked(run: RecomputeRun, statement: str) -> Asked:
    """What makes two runs equal: the statement, the org and the report, and the buckets."""
    values = (
        BoundAs("date_from", "date", run.date_from.isoformat()),
        BoundAs("date_to", "date", run.date_to.isoformat()),
        BoundAs("org_id", "integer", str(run.org_id)),
        BoundAs("report_id", "integer", str(run.report_id)),
        BoundAs("window", "text", run.window),
    )
    return Asked(ITSELF, statement, values, timeout_s=0, max_rows=0, max_bytes=0)
