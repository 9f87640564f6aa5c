"""Past due times by day: what a strip of a few weeks shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.zones import midnight, on_the_wall

DAYS = 35
COUNTS = text(
    """
    select (due_at at time zone :zone)::date as day,
           count(*) filter (where ended = 'succeeded') as succeeded,
           count(*) filter (where ended = 'partly') as partly,
           count(*) filter (where ended = 'failed') as failed,
           count(*) filter (where outcome = 'missed') as missed,
           count(*) filter (where outcome = 'skipped') as skipped,
           count(*) filter (where ended = 'cancelled') as cancelled,
           count(*) filter (where ended is null and outcome in ('ran', 'joined', 'failed')) as running
    from refreshes
    where schedule_id = any(:ids) and due_at >= :since
    group by 1
    """
)
# The worst comes first: that is what a day looks like.
KINDS = ("failed", "partly", "missed", "running", "cancelled", "skipped", "succeeded")


@dataclass(frozen=True, slots=True)
class Day:
    """A day in the zone, and how many due times ended how, the worst first."""

    day: date
    counts: tuple[tuple[str, int], ...] = ()

    @property
    def state(self) -> str:
        """Of its worst due time; `none` where nothing was due."""
        return self.counts[0][0] if self.counts else "none"

    @property
    def words(self) -> str:
        told = ", ".join(f"{count:,} {kind}" for kind, count in self.counts) or "nothing was due"
        return f"{self.day:%a} {self.day.day} {self.day:%b}: {told}"


def calendar(
    session: Session, schedule_ids: Sequence[int], zone: str, moment: datetime | None = None
) -> list[Day]:
    """The last DAYS days up to today, oldest first."""
    today = on_the_wall(moment or now(), zone).date()
    first = today - timedelta(days=DAYS - 1)
    values = {"ids": list(schedule_ids), "zone": zone, "since": midnight(first, zone)}
    found = {row.day: row for row in session.execute(COUNTS, values)} if schedule_ids else {}
    days = []
    for offset in range(DAYS):
        day = first + timedelta(days=offset)
        row = found.get(day)
        counts = tuple((kind, n) for kind in KINDS if row is not None and (n := getattr(row, kind)))
        days.append(Day(day, counts))
    return days
