"""Which state something was in, and from when to when."""

from collections.abc import Sequence

from app.visualizations.kinds.base import (
    ANY,
    LABELS,
    NUMBERS,
    TIMES,
    Column,
    Kind,
    OptionField,
    Options,
    of_kind,
)
from app.visualizations.kinds.plane import TIME_ZONE, ZoneName


class TimelineOptions(Options):
    start: str
    end: str | None = None
    state: str
    lane: str | None = None
    time_zone: ZoneName = None


def suggest(columns: Sequence[Column], row_count: int) -> TimelineOptions | None:
    """From the first time to the second; the last text is the state, the one before it the lane."""
    times = of_kind(columns, TIMES)
    texts = of_kind(columns, LABELS - TIMES - NUMBERS)
    if not times or not texts or not row_count:
        return None
    return TimelineOptions(
        start=times[0],
        end=times[1] if len(times) > 1 else None,
        state=texts[-1],
        lane=texts[0] if len(texts) > 1 else None,
    )


KIND = Kind(
    name="timeline",
    label="Timeline",
    icon="chart-timeline",
    rank=8,
    options=TimelineOptions,
    fields=(
        OptionField("start", "From", "column", TIMES, required=True),
        OptionField("end", "To", "column", TIMES, help="Without it a state lasts until the next one."),
        OptionField("state", "State", "column", ANY, required=True),
        OptionField("lane", "A line for each", "column", ANY),
        TIME_ZONE,
    ),
    suggest=suggest,
)
