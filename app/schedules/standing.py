"""How schedules stand: how their latest tries ended, and whether they wait longer because of that."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.schedules.models import Ended

PATIENCE = 3  # failures in a row before tries become rarer
FIRST_WAIT = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=6)
LOOK_BACK = 12  # tries
TRIES = text(
    f"""
    select schedules.id, tries.ended, tries.decided_at, tries.run_id, tries.is_open
    from unnest(cast(:ids as bigint[])) schedules(id), lateral (
        select ended, decided_at, run_id, ended is null and outcome <> 'failed' as is_open
        from refreshes
        where schedule_id = schedules.id and outcome in ('ran', 'joined', 'failed')
        order by due_at desc limit {LOOK_BACK}) tries
    """
)


@dataclass(frozen=True, slots=True)
class Standing:
    """`failures`: how many of the latest tries failed in a row, at most LOOK_BACK; those that some tile of a
    dashboard spoilt count in `troubles` only. `was_bad`: the last but one was among either. `is_moving`: a
    try has not ended; `moving_run` if it has just one.
    """

    failures: int = 0
    troubles: int = 0
    was_bad: bool = False
    last_try: datetime | None = None
    is_moving: bool = False
    moving_run: int | None = None

    @property
    def waits_until(self) -> datetime | None:
        """Before this, due times are skipped."""
        if self.failures < PATIENCE or self.last_try is None:
            return None
        doublings = self.failures - PATIENCE
        return self.last_try + min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def standings(session: Session, schedule_ids: Iterable[int]) -> dict[int, Standing]:
    """By schedule; one that was never tried is left out."""
    tries: dict[int, list[tuple[str | None, datetime, int | None, bool]]] = {}
    for row in session.execute(TRIES, {"ids": list(schedule_ids)}):
        tries.setdefault(row.id, []).append((row.ended, row.decided_at, row.run_id, row.is_open))
    return {schedule_id: _standing(found) for schedule_id, found in tries.items()}


def _standing(tries: Sequence[tuple[str | None, datetime, int | None, bool]]) -> Standing:
    told = [ended for ended, *_ in tries if ended not in (None, Ended.CANCELLED)]
    moving = [run_id for _, _, run_id, is_open in tries if is_open]
    return Standing(
        failures=_first_of(told, (Ended.FAILED,)),
        troubles=_first_of(told, (Ended.FAILED, Ended.PARTLY)),
        was_bad=told[1:2] not in ([], [Ended.SUCCEEDED]),
        last_try=tries[0][1],
        is_moving=bool(moving),
        moving_run=moving[0] if moving else None,
    )


def _first_of(told: Sequence[str | None], kinds: Sequence[str]) -> int:
    """How many from the newest on are of these kinds, without a gap."""
    return next((place for place, ended in enumerate(told) if ended not in kinds), len(told))
