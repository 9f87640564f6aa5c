"""What a schedule is asked for with, and whether that makes sense."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from croniter import croniter
from pydantic import Field, model_validator

from app.core.errors import Invalid
from app.core.zones import check_zone
from app.schedules.due import Rule, first_instant, next_due, shortest_gap
from app.schedules.models import Missed
from app.schedules.words import cron_of
from app.web.forms import Body

_CLOCK = re.compile(r"([01]?\d|2[0-3]):[0-5]\d", re.ASCII)
_CRON = re.compile(r"[\w*/,#?-]+( [\w*/,#?-]+){4}", re.ASCII)
_LONGEST_MINUTES = 527_040  # a year
_LONGEST_TOLERANCE = 86_400


class ScheduleBody(Body):
    """`minutes` go with interval, `at` with daily, `at` and `weekday` (0: Sunday) with weekly.

    A start or end without an offset is read in the zone. Each due time may start `tolerance_s` later.
    """

    kind: Literal["interval", "daily", "weekly", "cron"] = "daily"
    minutes: int | None = None
    at: str | None = Field(default=None, max_length=5)
    weekday: int | None = Field(default=None, ge=0, le=6)
    cron: str | None = Field(default=None, max_length=100)
    time_zone: str = Field(max_length=100)
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    missed: Missed = Missed.RUN_ONCE
    tolerance_s: int = Field(default=0, ge=0, le=_LONGEST_TOLERANCE)
    parameters: dict[str, Any] = Field(default_factory=dict)


class NewScheduleBody(ScheduleBody):
    """As the API takes it: with a query or a dashboard."""

    query_id: int | None = None
    dashboard_id: int | None = None

    @model_validator(mode="after")
    def of_one_thing(self) -> "NewScheduleBody":
        if (self.query_id is None) == (self.dashboard_id is None):
            raise ValueError("Send either query_id or dashboard_id.")
        return self


class LeastBody(Body):
    """Nothing is the installation's own."""

    minutes: int | None = None


def rule_of(body: ScheduleBody, moment: datetime, least: int) -> Rule:
    """The rule that the body states, starting at this moment unless it says when.

    Two due times are at least `least` minutes apart.

    Raises Invalid at each field that is wrong, also when nothing would ever be due, or too often.
    """
    check_zone(body.time_zone)
    start = _instant(body.starts_at, body.time_zone) or moment.replace(second=0, microsecond=0)
    end = _instant(body.ends_at, body.time_zone)
    if end is not None and end <= max(start, moment):
        raise Invalid(fields={"ends_at": "Choose an end that is after the start and not over yet."})
    if body.kind == "interval":
        rule = Rule(body.time_zone, start, end, every_minutes=_minutes(body))
    else:
        rule = Rule(body.time_zone, start, end, cron=_cron(body))
    field = {"interval": "minutes", "cron": "cron"}.get(body.kind, "at")
    if next_due(rule, moment) is None:
        field = field if body.kind == "cron" else "ends_at"
        raise Invalid(fields={field: "No such time ever comes. Check the day, the month and the end."})
    gap = shortest_gap(rule, moment)
    if gap is not None and gap + _short_day(gap) < timedelta(minutes=least):
        raise Invalid(fields={field: f"That is too often: {least:,} minutes apart is the least here."})
    if gap is not None and gap <= timedelta(seconds=body.tolerance_s):
        raise Invalid(fields={"tolerance_s": "Choose less than the time between two due times."})
    return rule


def _short_day(gap: timedelta) -> timedelta:
    """A day of 23 hours is a day, too."""
    return timedelta(hours=1) if gap > timedelta(hours=20) else timedelta(0)


def _minutes(body: ScheduleBody) -> int:
    if body.minutes is None or not 1 <= body.minutes <= _LONGEST_MINUTES:
        raise Invalid(fields={"minutes": "Write how many minutes apart, 1 or more and at most a year."})
    return body.minutes


def _cron(body: ScheduleBody) -> str:
    if body.kind == "cron":
        cron = " ".join((body.cron or "").split())
        if not _CRON.fullmatch(cron) or not croniter.is_valid(cron):
            raise Invalid(
                fields={"cron": "Write five fields: minute, hour, day, month, weekday, such as 0 6 * * 1-5."}
            )
        return cron
    if not _CLOCK.fullmatch(body.at or ""):
        raise Invalid(fields={"at": "Write a time of day, such as 06:00."})
    if body.kind == "weekly" and body.weekday is None:
        raise Invalid(fields={"weekday": "Choose a weekday."})
    return cron_of(body.at or "", body.weekday if body.kind == "weekly" else None)


def _instant(moment: datetime | None, zone: str) -> datetime | None:
    if moment is None:
        return None
    try:
        return moment.astimezone(UTC) if moment.tzinfo else first_instant(moment, zone)
    except OverflowError:
        raise Invalid(fields={"starts_at": "Choose times within the calendar."}) from None
