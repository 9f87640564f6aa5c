"""Due times: exact, in order, and each slot of the clock on the wall once.

A cron is read by the clock on the wall. A time that the clock skips in spring is due at the first moment
after the gap, once, however many slots fell into it. A time that the clock shows twice in autumn is due the
first time only. An interval is counted from its start, so it never drifts and knows no clock.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

from croniter import croniter
from croniter.croniter import CroniterBadDateError

from app.core.clock import now
from app.core.zones import on_the_wall

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Rule:
    """Either `every_minutes` or `cron` is set. Nothing is due before `starts_at`, nor from `ends_at` on."""

    zone: str
    starts_at: datetime
    ends_at: datetime | None = None
    every_minutes: int | None = None
    cron: str | None = None


def due_after(rule: Rule, moment: datetime) -> Iterator[datetime]:
    """Due times later than this moment, in UTC, first to last; without end unless the rule has one."""
    earliest = max(moment, rule.starts_at - timedelta(microseconds=1))
    times = _by_interval(rule, earliest) if rule.every_minutes else _by_cron(rule, earliest)
    for due in times:
        if rule.ends_at is not None and due >= rule.ends_at:
            return
        yield due


def next_times(rule: Rule, count: int = 5) -> list[datetime]:
    """The next due times by the clock on the wall of the rule's zone."""
    return [on_the_wall(due, rule.zone) for due in islice(due_after(rule, now()), count)]


def next_due(rule: Rule, moment: datetime) -> datetime | None:
    return next(due_after(rule, moment), None)


def shortest_gap(rule: Rule, moment: datetime) -> timedelta | None:
    """Between two of the next hundred due times; None when there are not two."""
    times = list(islice(due_after(rule, moment), 100))
    return min((later - earlier for earlier, later in pairwise(times)), default=None)


def _by_interval(rule: Rule, after: datetime) -> Iterator[datetime]:
    step = timedelta(minutes=rule.every_minutes or 0)
    count = (after - rule.starts_at) // step + 1
    while True:
        yield rule.starts_at + count * step
        count += 1


def _by_cron(rule: Rule, after: datetime) -> Iterator[datetime]:
    # What the clock shows it has shown or skipped before: no earlier slot is still to come.
    wall = on_the_wall(after, rule.zone).replace(tzinfo=None) - _SECOND
    slots = croniter(rule.cron, wall, max_years_between_matches=9)
    last = after
    while True:
        try:
            due = first_instant(slots.get_next(datetime), rule.zone)
        except CroniterBadDateError:  # 29 February on a Monday is rare, 31 February never is
            return
        if due > last:
            last = due
            yield due


def first_instant(wall: datetime, zone: str) -> datetime:
    """The first moment, in UTC, at which the zone's clock shows this or has skipped it."""
    there = ZoneInfo(zone)
    before, beyond = (wall.replace(tzinfo=there, fold=fold).astimezone(UTC) for fold in (0, 1))
    if before <= beyond:
        return before
    early, late = beyond, before  # in a gap: the clock jumps between these two
    offset = early.astimezone(there).utcoffset()
    while late - early > _SECOND:
        middle = early + (late - early) / 2
        if middle.astimezone(there).utcoffset() == offset:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)
