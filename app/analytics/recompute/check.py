"""Check a recompute run against its report: the snapshots that it made are read again and hashed."""

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.analytics.definitions import kind_of
from app.analytics.models import MetricSnapshot, RecomputeRun
from app.analytics.recompute.find import find_evidence
from app.analytics.recompute.hashing import COLUMNS, stored_batches
from app.analytics.recompute.rebuild import values_of
from app.evidence.verify import Verdict, unavailable, verify_body, verify_result


def check_recompute(session: Session, run: RecomputeRun) -> Verdict:
    """Unavailable once a later run has rebuilt one of its buckets, or they were pruned.

    Raises Conflict while the run moves.
    """
    report = find_evidence(session, run)
    body = json.loads(report.body)
    verdict = verify_body(body, report.body_hash)
    if not verdict.passed or run.summary is None:
        return (
            verdict
            if run.summary
            else unavailable("The run failed: it made no snapshots. Its report is intact.")
        )
    values = values_of(run, kind_of(session, run.report_id)) | {"run_id": run.id}
    later = _later(session, run, values)
    if later is not None:
        return unavailable(
            f"Recomputation {later} has rebuilt some of its buckets since. Its report is intact."
        )
    return verify_result(body, COLUMNS, run.summary["rows"], stored_batches(session, values))


def _later(session: Session, run: RecomputeRun, values: dict[str, object]) -> int | None:
    return session.scalar(
        select(MetricSnapshot.run_id)
        .where(
            MetricSnapshot.report_id == run.report_id,
            MetricSnapshot.window == run.window,
            MetricSnapshot.dimension_key.in_(values["keys"]),  # type: ignore[arg-type]
            MetricSnapshot.metric_name.in_(values["metrics"]),  # type: ignore[arg-type]
            MetricSnapshot.bucket_start >= values["begin"],
            MetricSnapshot.bucket_start < values["end"],
            MetricSnapshot.run_id != run.id,
        )
        .order_by(MetricSnapshot.run_id.desc())
        .limit(1)
    )
