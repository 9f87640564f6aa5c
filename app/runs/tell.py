"""What telemetry hears of a run, once it has settled: one call, which takes a few microseconds."""

import logging
from typing import Any

from app.core.clock import now
from app.telemetry.names import RUN_BYTES, RUN_DURATION, RUN_QUEUE, RUN_ROWS, RUNS
from app.telemetry.write import observe

log = logging.getLogger(__name__)


def tell(run: Any, run_id: int, state: str, rows: int = 0, size: int = 0) -> None:
    """`run` has org_id, datasource_id, trigger, queued_at and started_at: a claim, or a row of a run."""
    datasource, org_id = str(run.datasource_id), run.org_id
    well = state in ("succeeded", "cancelled")
    observe(RUNS, 1, datasource, state, run.trigger, org_id=org_id, success=well)
    if run.started_at is not None:
        waited = (run.started_at - run.queued_at).total_seconds()
        ran = (now() - run.started_at).total_seconds()
        observe(RUN_QUEUE, waited, datasource, run.trigger, org_id=org_id)
        observe(RUN_DURATION, ran, datasource, state, org_id=org_id, success=well, duration_ms=ran * 1000)
    log.info("run settled", extra={"run_id": run_id, "state": str(state), "rows": rows})
    if state == "succeeded":
        observe(RUN_ROWS, rows, datasource, org_id=org_id)
        observe(RUN_BYTES, size, datasource, org_id=org_id)
