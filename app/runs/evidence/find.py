"""Find a run's report; one that no worker could write is written from the run's row."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core import db
from app.core.errors import Conflict
from app.datasources.connectors.base import Aside
from app.evidence.envelope import Written, write
from app.evidence.frontier import Frontier
from app.evidence.models import EvidenceReport
from app.evidence.report import Asked, BoundAs, Report, Source
from app.evidence.words import told
from app.queries.watermark import Watermark
from app.runs.freshness.requested import cache_of_run, of_run, watermark_of
from app.runs.models import Run, RunState


def find_report(session: Session, run: Run) -> EvidenceReport:
    """The run comes with its datasource and values. Raises Conflict while it moves."""
    state = RunState(run.state)
    if not state.settled:
        raise Conflict(f"Run {run.id} has no evidence yet: it is {run.state}.")
    look = select(EvidenceReport).where(EvidenceReport.org_id == run.org_id, EvidenceReport.run_id == run.id)
    found = session.scalar(look)
    if found is None:
        _keep(run, write(_without_a_worker(run, state)))
        found = session.scalars(look).one()
    return found


def panel(session: Session, run: Run) -> dict[str, Any]:
    """Names for `templates/evidence/_panel.html`; none while the run moves."""
    if not RunState(run.state).settled:
        return {"evidence": None}
    return {"evidence": told(find_report(session, run))}


def asked(run: Run) -> Asked:
    """What makes this run equal to another one."""
    return Asked(
        datasource_id=run.datasource_id,
        sql=run.sql,
        values=tuple(BoundAs(v.name, v.kind, v.value) for v in run.values),
        timeout_s=run.timeout_s,
        max_rows=run.max_rows,
        max_bytes=run.max_bytes,
    )


def _without_a_worker(run: Run, state: RunState) -> Report:
    """Of a run that was cancelled in the queue or whose worker died, and what it knew with it."""
    failure = None if state is RunState.SUCCEEDED else (run.failure_reason or str(state))
    return Report(
        asked=asked(run),
        sources=(Source(run.datasource_id, run.datasource.kind),),
        frontier=Frontier(reason="No worker lived to tell."),
        output_hash=None,
        freshness=of_run(run.max_stale_ms, failure),
        cache_status=cache_of_run(run.cache_status),
        truncated_by=run.truncated_by,
        failure=failure,
        watermark=watermark_of(Watermark(run.watermark_column, run.watermark_sql), _events(run)),
    )


def _events(run: Run) -> Aside | None:
    known = run.events_up_to is not None or run.events_reason is not None
    return Aside(run.events_up_to, run.events_reason) if known else None


def _keep(run: Run, written: Written) -> None:
    """Whoever is first writes it; the facts are settled, so that all would write the same."""
    values = {"body": written.body, "body_hash": written.body_hash, "version": written.version}
    with db.autocommit() as connection:
        connection.execute(
            insert(EvidenceReport).values(org_id=run.org_id, run_id=run.id, **values).on_conflict_do_nothing()
        )
