"""What the pages show of a run, worked out of the row."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.models import Role
from app.core.clock import now
from app.core.errors import Problem
from app.queries.address import address_of_values
from app.runs.chunks import Damaged
from app.runs.find import find_run
from app.runs.freshness.find import Kept, kept_of
from app.runs.models import Cancellation, Run, RunState
from app.runs.plan import plan_of
from app.runs.results import columns_of, window
from app.runs.retention.again import may_repeat
from app.runs.retention.expired import ResultExpired, day
from app.runs.said import said
from app.runs.slots.place import place_of
from app.runs.slots.words import waiting_for
from app.runs.storage.bucket import StoreAway

TITLES = {
    "syntax": "The database does not understand this SQL",
    "denied": "The database refused this",
    "unreachable": "The datasource cannot be reached",
    "timeout": "The run took longer than its limit",
    "too_large": "The database ran out of room for this",
    "worker_lost": "The run was lost",
    "query": "The database could not finish this query",
    "not_stored": "The result could not be stored",
    "internal": "Plumbline could not finish this run",
}
MAYBE_KEPT = (RunState.SUCCEEDED, RunState.FAILED, RunState.TIMED_OUT, RunState.LOST)
MAYBE_CANCELLED = (RunState.QUEUED, RunState.RUNNING, RunState.CANCELLED)
FIRST_ROWS = 50  # shown to a browser without script


@dataclass(frozen=True, slots=True)
class Line:
    """The line of SQL at which a run failed, cut around the failing word."""

    number: int
    column: int
    before: str
    at: str
    after: str


def context(session: Session, actor: Actor, run: Run) -> dict[str, Any]:
    """Names for `templates/runs/_run.html`."""
    place = place_of(session, run)
    kept = kept_of(session, actor, run) if run.state in MAYBE_KEPT else None
    return {
        "run": run,
        **_result(session, run if run.state == RunState.SUCCEEDED else None),
        **_kept(session, actor, run, kept),
        **_expired(session, actor, run),
        "said": said(run),
        "address": address_of_values(run.values),
        "waited_ms": _ms(run.queued_at, run.started_at),
        "took_ms": _ms(run.started_at, run.finished_at),
        "poll_ms": poll_ms(run),
        "waiting_for": waiting_for(place, yours=run.requested_by == actor.user_id) if place else None,
        "may_cancel": run.requested_by == actor.user_id or actor.may(Role.ADMIN),
        "cancellation": session.get(Cancellation, run.id) if run.state in MAYBE_CANCELLED else None,
        "failure_titles": TITLES,
        "failure_line": failure_line(run.sql, run.failure_position, (run.part_line or 1) - 1),
    }


def _result(session: Session, run: Run | None) -> dict[str, Any]:
    found = columns_of(session, run) if run and run.result_deleted_at is None else ()
    columns = [{"name": c.name, "type": c.type, "kind": c.kind} for c in found]
    first_rows, unreadable = _first_rows(session, run) if run and columns else ([], None)
    plan = plan_of(session, run) if run and run.explain and first_rows else None
    return {"columns": columns, "first_rows": first_rows, "unreadable": unreadable, "plan": plan}


def _expired(session: Session, actor: Actor, run: Run) -> dict[str, Any]:
    if run.result_deleted_at is None:
        return {"expired_on": None, "may_repeat": False}
    return {"expired_on": day(run.result_deleted_at), "may_repeat": may_repeat(session, actor, run)}


def _first_rows(session: Session, run: Run) -> tuple[list[list[Any]], Problem | None]:
    try:
        return window(session, run, 0, FIRST_ROWS), None
    except (StoreAway, Damaged, ResultExpired) as problem:
        return [], problem


def _kept(session: Session, actor: Actor, run: Run, kept: Kept | None) -> dict[str, Any]:
    """`failing` marks a result that later tries did not refresh; `kept` is that result under a failed run."""
    if kept is None or not kept.good.readable:
        return {"failing": None, "kept": None}
    if run.state == RunState.SUCCEEDED:
        return {"failing": kept.failing, "kept": None}
    good = find_run(session, actor, kept.good.run_id)
    result = _result(session, good)
    return {"failing": kept.failing, "kept": None if result["unreadable"] else {"run": good, **result}}


def poll_ms(run: Run) -> int:
    """How long the page waits before it asks again: quickly at first, then slower."""
    age_s = (now() - run.queued_at).total_seconds()
    if age_s < 2:
        return 100
    return 300 if age_s < 10 else 1000 if age_s < 60 else 2000


def failure_line(sql: str, position: int | None, lines_before: int = 0) -> Line | None:
    """The line that holds the character at `position` (from 1); None when the position is unknown."""
    if position is None or not 1 <= position <= len(sql) + 1:
        return None
    offset = position - 1
    begin = sql.rfind("\n", 0, offset) + 1
    end = sql.find("\n", offset)
    line = sql[begin:] if end < 0 else sql[begin:end]
    column = offset - begin
    length = 0
    while column + length < len(line) and (line[column + length].isalnum() or line[column + length] in "_."):
        length += 1
    after = column + max(length, 1)
    return Line(
        sql.count("\n", 0, begin) + 1 + lines_before,
        column + 1,
        line[max(column - 80, 0) : column],
        line[column:after],
        line[after : after + 80],
    )


def _ms(begin: datetime | None, end: datetime | None) -> float | None:
    return (end - begin).total_seconds() * 1000 if begin and end else None
