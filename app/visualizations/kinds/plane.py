"""What the charts on a plane of two axes share: options, their fields, and where the columns go."""

import re
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from app.core.zones import is_zone
from app.visualizations.kinds.base import (
    ANY,
    LABELS,
    NUMBERS,
    TIMES,
    Column,
    OptionField,
    Options,
    measures,
    of_kind,
)

MOST_Y = 12
MOST_LINES = 8
STEPS = frozenset({"year", "quarter", "month", "week", "day", "hour", "minute", "second"})
_LINE = re.compile(r"\s*([-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)\s*(.*)", re.DOTALL)


class ReferenceLine(BaseModel):
    """A level that values are seen against."""

    value: float = Field(allow_inf_nan=False)
    label: str = Field(default="", max_length=60)

    def __str__(self) -> str:
        return f"{self.value:.15g} {self.label}".strip()


def read_lines(given: Any) -> Any:
    """`90 Target; 120` as a person writes lines, or the list as it is stored."""
    if not isinstance(given, str):
        return given
    found = []
    for part in filter(str.strip, given.split(";")):
        line = _LINE.fullmatch(part)
        if line is None:
            raise ValueError(f"Begin each line with a number: “{part.strip()}” does not.")
        found.append({"value": float(line[1]), "label": line[2].strip()})
    return found


Lines = Annotated[list[ReferenceLine], BeforeValidator(read_lines), Field(max_length=MOST_LINES)]


def known_zone(name: str | None) -> str | None:
    if name and not is_zone(name):
        raise ValueError(f"There is no time zone “{name}”. Write it as Europe/Berlin or America/Toronto.")
    return name or None


ZoneName = Annotated[str | None, AfterValidator(known_zone)]


class PlaneOptions(Options):
    x: str
    y: list[str] = Field(min_length=1, max_length=MOST_Y)
    series: str | None = None
    right: list[str] = Field(default_factory=list, max_length=MOST_Y)
    log: bool = False
    lines: Lines = Field(default_factory=list)
    time_zone: ZoneName = None
    annotations: int | None = None


X = OptionField("x", "Across (x)", "column", ANY, required=True)
Y = OptionField("y", "Up (y)", "columns", NUMBERS, required=True)
RIGHT = OptionField("right", "On the right axis", "columns", NUMBERS, more=True)
LOG = OptionField("log", "Logarithmic scale", "flag", more=True)
LINES = OptionField(
    "lines", "Reference lines", "text", more=True, help="Such as 90 Target; 120 Limit.", longest=400
)
ANNOTATIONS = OptionField(
    "annotations",
    "Marks from a query",
    "query",
    more=True,
    help="Its newest rows: time, and perhaps time_end and text. For an axis of times.",
)
TIME_ZONE = OptionField(
    "time_zone",
    "Time zone of the axis",
    "text",
    more=True,
    help="The run's own unless named: America/Toronto.",
)


def suggest_times(columns: Sequence[Column]) -> dict[str, Any] | None:
    """Time across, numbers up; where a text tells rows of one time apart, a line for each text."""
    times = of_kind(columns, TIMES)
    steps = [name for name in of_kind(columns, NUMBERS) if name.lower() in STEPS]
    x = next(iter(times or steps), None)
    ys = [name for name in measures(columns) if name != x and name.lower() not in STEPS]
    texts = of_kind(columns, LABELS - TIMES - NUMBERS)
    if x is None or not ys or (len(texts) > 1 and not times):
        return None
    if len(texts) == 1:
        return {"x": x, "y": ys[:1], "series": texts[0]}
    return {"x": x, "y": ys[:5]}
