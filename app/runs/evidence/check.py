"""Check a run against its report: the stored chunks are read again and hashed."""

import json

from sqlalchemy.orm import Session

from app.evidence.report import projection_id, statement_hash, values_hash
from app.evidence.verify import Verdict, differs, unavailable, verify_body, verify_facts, verify_result
from app.runs.chunks import Damaged
from app.runs.evidence.find import asked, find_report
from app.runs.models import Run, RunState
from app.runs.results import all_batches, columns_of
from app.runs.retention.expired import day


def check(session: Session, run: Run) -> Verdict:
    """The run comes with its datasource and values. Raises Conflict while it moves."""
    report = find_report(session, run)
    body = json.loads(report.body)
    verdict = verify_body(body, report.body_hash)
    if verdict.passed:
        question = asked(run)
        facts = {
            "statement_hash": statement_hash(question.sql),
            "values_hash": values_hash(question.values),
            "projection_id": projection_id(question),
        }
        verdict = verify_facts(body, facts)
    if not verdict.passed:
        return verdict
    if run.state != RunState.SUCCEEDED:
        return unavailable(f"The run is {run.state}: it has no result to check. Its report is intact.")
    if run.result_deleted_at is not None:
        deleted = day(run.result_deleted_at)
        return unavailable(f"expired: the result was deleted on {deleted}. Its report is intact.")
    try:
        return verify_result(body, columns_of(session, run), run.row_count, all_batches(session, run))
    except Damaged as damage:
        return differs("output_hash", body.get("output_hash"), str(damage))
