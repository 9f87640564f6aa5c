"""What must hold whatever died: one final state a run, at most one result, nothing held, nothing left."""

import re
import time

import psycopg
from sqlalchemy import select, text
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core import db
from app.evidence.verify import Outcome
from app.runs.evidence.check import check
from app.runs.models import Run, RunState
from app.runs.slots.leases import look

LETS_GO_WITHIN_S = 120.0  # of a machine that is busy with other tests; else it is a few seconds

OURS = """
select query from pg_stat_activity
where query like '/* plumbline run=%' and state <> 'idle' and pid <> pg_backend_pid()
"""
RESULTS = text(
    """
    select runs.id, runs.state, runs.row_count,
           (select coalesce(sum(row_count), 0) from result_chunks where run_id = runs.id) as stored,
           (select count(*) from result_columns where run_id = runs.id) as columns,
           (select count(*) from evidence_reports where run_id = runs.id) as reports,
           (select stopped_at is null from cancellations where run_id = runs.id) as not_stopped
    from runs order by runs.id
    """
)
LEFT_OPEN = text(
    """
    select pid, xact_start::text, query from pg_stat_activity
    where application_name = 'plumbline' and state like 'idle in transaction%' and pid <> pg_backend_pid()
    """
)


class Invariants:
    """Of one installation, over its whole life: a final state that changes later is broken, too."""

    def __init__(self, source_url: str) -> None:
        self._source_url = source_url
        self._final: dict[int, tuple[str, object]] = {}
        self._verified: set[int] = set()

    def broken(self) -> list[str]:
        """Each invariant that does not hold, in words. Call it when all runs should be settled."""
        return [
            *self._states(),
            *self._results(),
            *self._evidence(),
            *self._held_slots(),
            *self._left_open(),
            *self._still_in_source(),
        ]

    def in_source(self) -> set[int]:
        """Numbers of the runs whose query the source executes now."""
        with psycopg.connect(self._source_url, autocommit=True) as connection:
            found = [re.search(r"run=(\d+) ", query) for (query,) in connection.execute(OURS)]
        return {int(match[1]) for match in found if match}

    def _states(self) -> list[str]:
        broken = []
        with db.reading_session() as session:
            for run_id, state, finished_at in session.execute(
                select(Run.id, Run.state, Run.finished_at).order_by(Run.id)
            ):
                final = (state, finished_at)
                if not RunState(state).settled:
                    broken.append(f"run {run_id} is {state}")
                elif self._final.setdefault(run_id, final) != final:
                    broken.append(f"run {run_id} was {self._final[run_id]} and is now {final}")
        return broken

    def _results(self) -> list[str]:
        broken = []
        with db.reading_session() as session:
            for row in session.execute(RESULTS):
                if row.state == RunState.SUCCEEDED:
                    if row.stored != row.row_count or not row.columns or row.reports != 1:
                        broken.append(f"run {row.id} has not exactly one result: {row}")
                elif row.stored or row.columns:
                    broken.append(f"run {row.id} is {row.state} and has a result: {row}")
                if row.state == RunState.CANCELLED and row.not_stopped:
                    broken.append(f"run {row.id} is cancelled, and nobody said when it stopped")
        return broken

    def _evidence(self) -> list[str]:
        """Of each run once: its rows are counted every time."""
        with db.reading_session() as session:
            fresh = _settled(session, self._verified)
            self._verified |= {run.id for run in fresh}
            return [words for run in fresh if (words := _evidence_of(session, run))]

    def _held_slots(self) -> list[str]:
        deadline = time.monotonic() + LETS_GO_WITHIN_S
        while (room := look()) is not None and room.held and time.monotonic() < deadline:
            time.sleep(0.1)
        return [f"slot {slot} is held" for slot in room.held] if room else ["Redis does not answer"]

    def _left_open(self) -> list[str]:
        """Open now and a while ago, too: a process at work may be between two statements."""
        opened = _open_transactions()
        deadline = time.monotonic() + LETS_GO_WITHIN_S
        while opened and time.monotonic() < deadline:
            time.sleep(0.1)
            opened &= _open_transactions()
        return [f"a transaction is left open: {query}" for _, _, query in sorted(opened)]

    def _still_in_source(self) -> list[str]:
        deadline = time.monotonic() + LETS_GO_WITHIN_S
        while (left := self.in_source()) and time.monotonic() < deadline:
            time.sleep(0.1)
        return [f"the query of run {run_id} still runs in its database" for run_id in sorted(left)]


def _open_transactions() -> set[tuple[int, str, str]]:
    with db.autocommit() as connection:
        return {tuple(row) for row in connection.execute(LEFT_OPEN)}


def _settled(session: Session, known: set[int]) -> list[Run]:
    """Those that are not known yet, with all that their evidence is checked against."""
    fresh = select(Run).where(Run.finished_at.is_not(None), Run.id.not_in(known))
    return list(session.scalars(fresh.options(joinedload(Run.datasource), selectinload(Run.values))))


def _evidence_of(session: Session, run: Run) -> str | None:
    verdict = check(session, run)
    expected = Outcome.PASS if run.state == RunState.SUCCEEDED else Outcome.UNAVAILABLE
    return None if verdict.outcome is expected else f"the evidence of run {run.id}, {run.state}: {verdict}"
