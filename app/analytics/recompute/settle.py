"""A recompute run ends: once, with its evidence and its audit entry in the same transaction."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.analytics.models import (
    RecomputeEvidence,
    RecomputeRun,
    RecomputeState,
    ReportDefinition,
)
from app.analytics.recompute.account import of_failure, of_success
from app.analytics.recompute.ask import told
from app.analytics.recompute.rebuild import Rebuilt
from app.audit.record import PLUMBLINE, record
from app.core import db
from app.core.clock import now
from app.evidence.envelope import Written

RAISE = text(
    """
    update report_definitions set version = version + 1,
           summed_version = case when summed_version = version then version + 1 else summed_version end
    where id = :report_id
    """
)


@dataclass(frozen=True, slots=True)
class Asker:
    """Whoever asked for a run, or Plumbline itself."""

    org_id: int
    user_id: int | None
    name: str


def complete(session: Session, run: RecomputeRun, rebuilt: Rebuilt) -> None:
    """The run's row is held. From its commit on readers see the new snapshots, and no kept answer."""
    run.state, run.finished_at, run.summary = RecomputeState.COMPLETED, now(), rebuilt.summary
    written = of_success(run, rebuilt.statement, rebuilt.frontier, rebuilt.output_hash)
    counts = {name: rebuilt.summary[name] for name in ("rows", "added", "changed", "removed")}
    _leave(session, run, written, "recompute.completed", counts)
    session.flush()
    session.execute(RAISE, {"report_id": run.report_id})


def fail(run_id: int, message: str) -> bool:
    """False when it was settled already."""
    with db.transaction() as session:
        run = session.get_one(RecomputeRun, run_id, with_for_update=True)
        if RecomputeState(run.state).settled:
            return False
        fail_held(session, run, message)
    return True


def fail_held(session: Session, run: RecomputeRun, message: str) -> None:
    """The run's row is held, and its snapshots are as they were."""
    run.state, run.finished_at, run.error_message = RecomputeState.FAILED, now(), message[:2_000]
    _leave(session, run, of_failure(session, run), "recompute.failed", {"error": message[:200]})


def _leave(
    session: Session, run: RecomputeRun, written: Written, action: str, details: dict[str, int | str]
) -> None:
    report = session.get_one(ReportDefinition, run.report_id)
    asker = session.get(User, run.requested_by) if run.requested_by else None
    who = Asker(run.org_id, asker.id if asker else None, asker.name if asker else PLUMBLINE)
    record(session, who, action, run.id, **told(report.slug, run), **details)
    session.add(
        RecomputeEvidence(
            org_id=run.org_id,
            run_id=run.id,
            body=written.body,
            body_hash=written.body_hash,
            version=written.version,
        )
    )
