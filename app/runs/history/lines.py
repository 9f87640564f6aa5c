"""A run as one line of a list, for people and for programs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.core.clock import now
from app.runs.models import RunState
from app.runs.retention.expired import day
from app.runs.view import TITLES

LONGEST_TITLE = 100  # characters of SQL


@dataclass(frozen=True, slots=True)
class Line:
    """A row of `find.list_runs`, and what follows. Times are in milliseconds, until now while it moves.

    `waited_ms` counts from asked to started, `ran_ms` from started to finished; None for what never began.
    """

    row: Any
    waited_ms: float | None
    ran_ms: float | None

    @property
    def moving(self) -> bool:
        return not RunState(self.row.state).settled

    @property
    def title(self) -> str:
        """The query's name, or how the SQL begins."""
        return str(self.row.query_name or " ".join(self.row.sql_begins.split())[:LONGEST_TITLE])

    @property
    def failure(self) -> str | None:
        """What went wrong, in a few words."""
        reason = self.row.failure_reason
        return TITLES.get(reason, "The run failed") if reason else None

    @property
    def expired_on(self) -> str | None:
        """The day on which the result was deleted."""
        moment = self.row.result_deleted_at
        return day(moment) if moment else None

    def as_json(self) -> dict[str, Any]:
        """Members are named as those of a run, which `GET /v1/runs/ID` shows in full."""
        row = self.row
        return {
            "id": row.id,
            "state": row.state,
            "datasource_id": row.datasource_id,
            "query_id": row.query_id,
            "query_version": row.query_version,
            "requested_by": row.requester_email,
            "trigger": row.trigger,
            "queued_at": time_text(row.queued_at),
            "started_at": time_text(row.started_at),
            "finished_at": time_text(row.finished_at),
            "waited_ms": self.waited_ms,
            "ran_ms": self.ran_ms,
            "row_count": row.row_count,
            "byte_count": row.byte_count,
            "truncated_by": row.truncated_by,
            "result_deleted_at": time_text(row.result_deleted_at),
            "failure_reason": row.failure_reason,
            "cache_status": row.cache_status,
        }


def line(row: Any) -> Line:
    """A run that was cancelled in the queue waited until then."""
    moment = now()
    return Line(
        row,
        waited_ms=_ms(row.queued_at, row.started_at or row.finished_at or moment),
        ran_ms=_ms(row.started_at, row.finished_at or moment) if row.started_at else None,
    )


def time_text(moment: datetime | None) -> str | None:
    """RFC 3339."""
    return moment.isoformat().replace("+00:00", "Z") if moment else None


def _ms(begin: datetime, end: datetime) -> float:
    return max((end - begin).total_seconds() * 1000, 0.0)
