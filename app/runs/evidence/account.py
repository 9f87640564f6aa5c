"""What a worker comes to know of a run while it executes it, written as the run's report."""

from app.datasources.connectors.base import Aside, Execution, FailureReason
from app.evidence.envelope import Written, write
from app.evidence.frontier import UNKNOWN
from app.evidence.report import Asked, BoundAs, Report, Source
from app.runs.claim import Claim
from app.runs.freshness.requested import cache_of_run, of_run, watermark_of


class Account:
    """Of one claimed run. `execution` is set once there is one."""

    def __init__(self, claimed: Claim) -> None:
        self._claimed = claimed
        self.execution: Execution | None = None

    def of_success(
        self, output_hash: str | None, truncated_by: str | None, events: Aside | None = None
    ) -> Written:
        return write(self._report(output_hash, truncated_by=truncated_by, events=events))

    def of_failure(self, reason: FailureReason) -> Written:
        return write(self._report(None, failure=str(reason)))

    def _report(
        self,
        output_hash: str | None,
        *,
        truncated_by: str | None = None,
        failure: str | None = None,
        events: Aside | None = None,
    ) -> Report:
        claimed, execution = self._claimed, self.execution
        relations = execution.relations if execution else None
        return Report(
            asked=Asked(
                datasource_id=claimed.datasource_id,
                sql=claimed.sql,
                values=tuple(BoundAs(v.name, str(v.kind), v.text) for v in claimed.values),
                timeout_s=int(claimed.limits.timeout_s),
                max_rows=claimed.limits.max_rows,
                max_bytes=claimed.limits.max_bytes,
            ),
            sources=(Source(claimed.datasource_id, claimed.kind, relations),),
            frontier=execution.frontier if execution else UNKNOWN,
            output_hash=output_hash,
            freshness=of_run(claimed.max_stale_ms, failure),
            cache_status=cache_of_run(claimed.cache_status),
            truncated_by=truncated_by,
            failure=failure,
            watermark=watermark_of(claimed.watermark, events),
        )
