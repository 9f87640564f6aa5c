"""A saved report as it is sent, and how its period becomes a span of time."""

import re
from datetime import date, datetime, timedelta
from typing import Literal

from app.core.errors import Invalid
from app.core.zones import is_zone, midnight
from app.queries.relative.words import BadWords, When, span_in_words
from app.reporting.check import Question, check_asked
from app.reporting.question import Asked, TimeRange
from app.reporting.scope import Scope

_DAYS = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.\.([0-9]{4}-[0-9]{2}-[0-9]{2})")
Chart = Literal["none", "line", "area", "bar"]


class AskedIn(Asked):
    """A question whose span of time is said in words, such as `last 7 days`, or by a first and a last day."""

    period: str = "last 7 days"


class ReportBody(AskedIn):
    """`based_on` is the version that was edited; a new report has none."""

    name: str
    description: str = ""
    chart: Chart = "none"
    based_on: int | None = None

    def asked(self) -> AskedIn:
        return AskedIn.model_validate(self.model_dump(include=set(AskedIn.model_fields)))


def check_report(scope: Scope, asked: AskedIn, moment: datetime) -> Question:
    """What it asks at this moment. Raises BadQuestion, and Invalid at `period`."""
    return check_asked(scope, asked, span_of(asked.period, asked.time_zone, moment, scope.first_weekday))


def span_of(period: str, zone: str, moment: datetime, first_weekday: int = 0) -> TimeRange:
    """Raises Invalid at `period` or `time_zone`."""
    if not is_zone(zone):
        raise Invalid(fields={"time_zone": "Write a zone such as Europe/Berlin or UTC."})
    try:
        when = When(moment, zone, first_weekday)
        start, end = _two_days(period, zone) or span_in_words(period, when)
    except (BadWords, ValueError, OverflowError) as error:
        said = str(error) if isinstance(error, BadWords) else "Write days as in 2026-01-01..2026-01-31."
        raise Invalid(said, fields={"period": said}) from None
    return TimeRange.model_validate({"from": start.isoformat(), "to": end.isoformat()})


def _two_days(period: str, zone: str) -> tuple[datetime, datetime] | None:
    found = _DAYS.fullmatch(period.strip())
    if not found:
        return None
    first, last = date.fromisoformat(found[1]), date.fromisoformat(found[2])
    return midnight(first, zone), midnight(last + timedelta(days=1), zone)
