"""A plan as its readers see it: each step with what it took itself, and the steps that took most."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.datasources.connectors.plan import PlanNode
from app.runs.models import Run
from app.runs.results import window

MOST_STEPS = 1000
DEAR = 0.25  # of the whole, from which on a step is marked
OFF = 10  # times that the source was wrong about rows, from which on it is said


@dataclass(frozen=True, slots=True)
class Step:
    """`share` of the whole time, or cost, that this step took itself (0 to 1), None when it is not known;
    `misjudged` how many times more, or fewer, rows came than the source expected."""

    node: PlanNode
    share: float | None
    dear: bool
    misjudged: float | None


@dataclass(frozen=True, slots=True)
class Plan:
    """`measure` is what shares are of: `time`, `cost` or None. `total` is in milliseconds, or in cost."""

    steps: Sequence[Step]
    measure: str | None
    total: float | None
    cut: bool


def plan_of(session: Session, run: Run) -> Plan:
    """Of a succeeded run that explained. Raises what `window` raises."""
    rows = window(session, run, 0, MOST_STEPS)
    return as_plan([_node(row) for row in rows], cut=(run.row_count or 0) > MOST_STEPS)


def as_plan(nodes: Sequence[PlanNode], *, cut: bool = False) -> Plan:
    measured = bool(nodes) and nodes[0].time_ms is not None
    wholes = [(node.time_ms if measured else node.cost) for node in nodes]
    total = wholes[0] if wholes else None
    steps = []
    for place, node in enumerate(nodes):
        share = _own(nodes, wholes, place) / total if total and wholes[place] is not None else None
        steps.append(
            Step(node, share, share is not None and share >= DEAR and len(nodes) > 1, _misjudged(node))
        )
    measure = None if total is None else "time" if measured else "cost"
    return Plan(steps, measure, total, cut)


def _own(nodes: Sequence[PlanNode], wholes: Sequence[float | None], place: int) -> float:
    """What a step took without the steps right below it."""
    own, depth = wholes[place] or 0.0, nodes[place].depth
    for below in range(place + 1, len(nodes)):
        if nodes[below].depth <= depth:
            break
        if nodes[below].depth == depth + 1:
            own -= wholes[below] or 0.0
    return max(own, 0.0)


def _misjudged(node: PlanNode) -> float | None:
    if node.rows is None or node.estimated_rows is None:
        return None
    more, fewer = max(node.rows, 1), max(node.estimated_rows, 1)
    times = max(more / fewer, fewer / more)
    return times if times >= OFF else None


def _node(row: Sequence[Any]) -> PlanNode:
    depth, node, relation, detail, estimated, cost, rows, time_ms, loops = row
    return PlanNode(
        int(depth),
        node,
        relation,
        detail,
        _int(estimated),
        _float(cost),
        _float(rows),
        _float(time_ms),
        _int(loops),
    )


def _int(value: Any) -> int | None:
    return None if value is None else int(value)


def _float(value: Any) -> float | None:
    return None if value is None else float(value)
