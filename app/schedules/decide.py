"""What comes of due times: a run each, an equal run joined, or a reason why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core.clock import now
from app.core.errors import Problem
from app.runs.models import Trigger
from app.schedules.join import Try, join_or_start
from app.schedules.ledger import write_down
from app.schedules.models import Outcome, Refresh, RefreshTile, Schedule
from app.schedules.parts import Held, Parts
from app.schedules.standing import Standing, standings


@dataclass(frozen=True, slots=True)
class Due:
    schedule: Schedule
    at: datetime


def decide(session: Session, dues: Sequence[Due], asker: Actor | None = None) -> list[Refresh]:
    """The ledger's rows, in order and in the session; runs start once the transaction is committed.

    What has ended was settled before (`settle`). With `asker` somebody said: run now. Then it runs as that
    person, paused or not, failing or not.
    """
    schedules = [due.schedule for due in dues]
    known = standings(session, [schedule.id for schedule in schedules])
    parts = Parts(session, schedules, asker)
    rows: list[Refresh] = []
    tried: list[tuple[Refresh, list[Try]]] = []
    for due in dues:
        row = Refresh(schedule_id=due.schedule.id, due_at=due.at, asked_by=asker.user_id if asker else None)
        rows.append(row)
        standing = known.get(due.schedule.id, Standing())
        reason = _reason_to_skip(due.schedule, standing, forced=asker is not None)
        if reason:
            row.outcome, row.reason = Outcome.SKIPPED, reason
            continue
        try:
            tried.append((row, [Try(part, due.at) for part in parts.of(due.schedule, due.at)]))
        except Held as held:
            row.outcome, row.reason = Outcome.SKIPPED, held.detail
        except Problem as problem:
            said = " ".join(problem.fields.values()) or problem.detail
            row.outcome, row.reason = Outcome.FAILED, said
    trigger = Trigger.PERSON if asker else Trigger.SCHEDULE
    join_or_start(session, [each for _, tries in tried for each in tries], trigger)
    for row, tries in tried:
        _write(row, tries)
    write_down(session, zip(schedules, rows, strict=True))
    return rows


def _reason_to_skip(schedule: Schedule, standing: Standing, *, forced: bool) -> str | None:
    if schedule.paused_at is not None and not forced:
        return "It was paused."
    if standing.is_moving:
        run = standing.moving_run
        return f"{f'Run {run}, its previous one,' if run else 'Its previous refresh'} had not ended."
    until = standing.waits_until
    if forced or until is None or now() >= until:
        return None
    tries = f"The last {standing.failures} tries failed."
    return f"{tries} The next one waits until {until:%Y-%m-%d %H:%M} UTC."


def _write(row: Refresh, tries: Sequence[Try]) -> None:
    """A query's one try is the row itself; those of a dashboard stand beside it, tile by tile."""
    first = tries[0]
    if first.part.number is None:
        row.outcome, row.run_id = first.outcome, first.run_id
        return
    outcomes = {each.outcome for each in tries}
    row.outcome = next(each for each in (Outcome.RAN, Outcome.JOINED, Outcome.FAILED) if each in outcomes)
    if row.outcome == Outcome.FAILED:
        row.reason = " ".join(dict.fromkeys(each.part.problem for each in tries))
    row.tiles = [
        RefreshTile(
            number=each.part.number,
            name=each.part.name,
            outcome=each.outcome,
            reason=each.part.problem if each.outcome == Outcome.FAILED else None,
            run_id=each.run_id,
        )
        for each in tries
    ]
