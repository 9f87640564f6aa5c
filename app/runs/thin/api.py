"""`/v1/runs/ID/points`: lines over a whole result, or a range of it, as a screen can show them."""

import math
from collections.abc import Sequence

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.accounts.guard import guard
from app.accounts.models import Role
from app.core.aside import aside
from app.core.errors import Invalid
from app.datasources.connectors.base import ColumnKind
from app.runs.arrange.unpack import opened, unpack
from app.runs.find import find_result
from app.runs.models import ResultColumn
from app.runs.results import columns_of
from app.runs.thin.read import Asked, thinned
from app.web.api import answer_json, integer

bp = Blueprint("thin_api", __name__, url_prefix="/v1/runs")

USUAL_STEPS = 1000
MOST_STEPS = 4000
MOST_Y = 12
ORDERED = frozenset(
    {ColumnKind.INTEGER, ColumnKind.FLOAT, ColumnKind.DECIMAL, ColumnKind.DATE, ColumnKind.TIMESTAMP}
)


@bp.get("/<int:run_id>/points")
@guard(Role.VIEWER)
def points(actor: Actor, session: Session, run_id: int) -> Response:
    return tell_points(actor, session, run_id)


def tell_points(actor: Actor, session: Session, run_id: int) -> Response:
    """What is seen of lines, as the address asks for it."""
    run = find_result(session, actor, run_id)
    asked = _asked(columns_of(session, run))
    path = unpack(session, run)
    found = aside(lambda: thinned(opened(path), asked)).result()
    return answer_json(
        {
            "columns": [{"name": each.name, "type": each.type, "kind": each.kind} for each in asked.columns],
            "values": found.values,
            "row_count": run.row_count,
            "range_row_count": found.row_count,
            "series_count": found.series_count,
            "steps": asked.steps,
            "truncated_by": run.truncated_by,
        }
    )


def _asked(present: Sequence[ResultColumn]) -> Asked:
    """What the address asks for. Raises Invalid at `x`, `y`, `series`, `from`, `to` or `steps`."""
    problems: dict[str, str] = {}
    args = request.args
    names = list(dict.fromkeys(args.getlist("y")))
    x = _column("x", args.get("x", ""), present, problems)
    ys = [_column("y", name, present, problems) for name in names]
    if not 1 <= len(names) <= MOST_Y:
        problems["y"] = f"Name 1 to {MOST_Y} columns."
    name = args.get("series", "")
    series = next((each for each in present if each.name == name), None)
    if name and series is None:
        problems["series"] = f"The result has no column “{name}”."
    low, high = _bound("from", problems), _bound("to", problems)
    if low is not None and high is not None and low >= high:
        problems["to"] = "Use a greater one than “from”."
    steps = integer("steps", USUAL_STEPS)
    if not 1 <= steps <= MOST_STEPS:
        problems["steps"] = f"Ask for 1 to {MOST_STEPS:,} steps."
    if problems or x is None:
        raise Invalid(" ".join(problems.values()), fields=problems)
    return Asked(x, tuple(y for y in ys if y), series, low, high, steps)


def _column(
    field: str, name: str, present: Sequence[ResultColumn], problems: dict[str, str]
) -> ResultColumn | None:
    found = next((column for column in present if column.name == name), None)
    if found is None:
        problems[field] = f"The result has no column “{name}”." if name else "Name a column."
    elif found.kind not in ORDERED:
        problems[field] = f"“{name}” is {found.kind}: a line needs numbers or times."
    return found


def _bound(name: str, problems: dict[str, str]) -> float | None:
    """A number, or epoch milliseconds."""
    text = request.args.get(name, "")
    try:
        value = float(text) if text else None
    except ValueError:
        value = math.nan
    if value is not None and not math.isfinite(value):
        problems[name] = "Use a number; for moments, milliseconds since 1970."
    return value
