"""What came of the due times of one schedule, with how long it took and how late it was."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Select, select, text
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.schedules.models import Outcome, Refresh, Schedule

RUNS = text(
    """
    select parts.refresh_id, parts.number, parts.name, parts.outcome, parts.reason, runs.id as run_id,
           runs.state, runs.queued_at, runs.started_at, runs.finished_at, runs.row_count,
           runs.failure_message
    from (
        select id as refresh_id, null as number, '' as name, outcome, reason, run_id
        from refreshes where id = any(:ids) and run_id is not null
        union all
        select refresh_id, number, name, outcome, reason, run_id from refresh_tiles
        where refresh_id = any(:ids)) parts
    left join runs on runs.id = parts.run_id
    order by parts.refresh_id, parts.number
    """
)
LINES = (
    select(Refresh, User.name)
    .outerjoin(User, User.id == Refresh.asked_by)
    .order_by(Refresh.due_at.desc())
    .execution_options(populate_existing=True)  # whoever settled them wrote past the session
)


@dataclass(frozen=True, slots=True)
class Part:
    """The run of a query, or of one tile. `state` is the run's, `failed` where none could be started."""

    number: int | None
    name: str
    outcome: str
    state: str
    reason: str | None
    run_id: int | None
    began_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    rows: int | None


@dataclass(slots=True)
class Line:
    """One due time. `state` is how it ended, else the state of its run, else the outcome."""

    refresh: Refresh
    by: str | None
    parts: list[Part] = field(default_factory=list)

    @property
    def state(self) -> str:
        refresh = self.refresh
        if refresh.outcome not in (Outcome.RAN, Outcome.JOINED):
            return refresh.outcome
        if refresh.run_id is not None and self.parts:
            return self.parts[0].state
        if refresh.ended:
            return refresh.ended
        return "running" if self.parts else "gone"

    @property
    def reason(self) -> str | None:
        """Why, in a sentence; of a dashboard which tiles failed."""
        if self.refresh.reason:
            return self.refresh.reason
        bad = [part for part in self.parts if part.state in ("failed", "timed_out", "lost")]
        if self.refresh.run_id is not None:
            return bad[0].reason if bad else None
        if not bad:
            return None
        names = ", ".join(part.name for part in bad[:5]) + (" and others" if len(bad) > 5 else "")
        return f"{len(bad)} of {len(self.parts)} tiles failed: {names}."

    @property
    def late_ms(self) -> float | None:
        """From the due time until the first run of it began."""
        began = min((part.began_at for part in self.parts if part.began_at), default=None)
        return max(0.0, _ms(began - self.refresh.due_at)) if began else None

    @property
    def took_ms(self) -> float | None:
        """From the first start to the last end."""
        starts = [part.started_at for part in self.parts if part.started_at]
        ends = [part.finished_at for part in self.parts if part.finished_at]
        if not starts or not ends or self.state in ("running", "queued"):
            return None
        return max(0.0, _ms(max(ends) - min(starts)))

    @property
    def rows(self) -> int | None:
        """Runs that several tiles share count once."""
        found = {part.run_id: part.rows for part in self.parts if part.rows is not None}
        return sum(found.values()) if found else None


def history(session: Session, schedule: Schedule, limit: int = 60) -> list[Line]:
    """The newest due times, newest first."""
    return _lines(session, LINES.where(Refresh.schedule_id == schedule.id).limit(limit))


def lines_of(session: Session, refresh_ids: Sequence[int]) -> list[Line]:
    return _lines(session, LINES.where(Refresh.id.in_(refresh_ids)))


def _lines(session: Session, found: Select[Refresh, str]) -> list[Line]:
    lines = [Line(refresh, by) for refresh, by in session.execute(found)]
    _with_parts(session, lines)
    return lines


def _with_parts(session: Session, lines: Sequence[Line]) -> None:
    by_id = {line.refresh.id: line for line in lines}
    for row in session.execute(RUNS, {"ids": list(by_id)}):
        by_id[row.refresh_id].parts.append(
            Part(
                number=row.number,
                name=row.name,
                outcome=row.outcome,
                state=row.state or ("failed" if row.outcome == Outcome.FAILED else "gone"),
                reason=row.reason or row.failure_message,
                run_id=row.run_id,
                began_at=row.started_at or row.queued_at,
                started_at=row.started_at,
                finished_at=row.finished_at,
                rows=row.row_count,
            )
        )


def _ms(span: timedelta) -> float:
    return span / timedelta(milliseconds=1)
