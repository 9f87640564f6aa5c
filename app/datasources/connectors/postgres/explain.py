"""EXPLAIN of a reading statement, in the same transaction as a run, as rows."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from app.datasources.connectors.base import Column, Limits, Statement
from app.datasources.connectors.plan import PLAN_COLUMNS, PlanNode, plan_batch
from app.datasources.connectors.postgres.execute import PostgresExecution
from app.datasources.connectors.postgres.render import Rendered

_PLAN = "EXPLAIN (FORMAT JSON) "
_MEASURE = "EXPLAIN (FORMAT JSON, ANALYZE) "
_ON = ("Relation Name", "CTE Name", "Function Name", "Subplan Name")
_DETAILS = (
    "Join Type", "Strategy", "Index Name", "Index Cond", "Recheck Cond", "Hash Cond", "Merge Cond",
    "Join Filter", "Filter", "Sort Key", "Group Key", "Workers Planned",
)  # fmt: skip
_QUIET = {"Join Type": ("Inner",), "Strategy": ("Plain",)}
_SAID = ("Join Type", "Strategy", "Index Name")


class PostgresExplanation(PostgresExecution):
    """Implements Execution: its rows are the plan."""

    def __init__(
        self, conninfo: str, statement: Statement, limits: Limits, *, analyze: bool, allow_superuser: bool
    ) -> None:
        super().__init__(conninfo, statement, limits, allow_superuser=allow_superuser)
        self._analyze = analyze
        self._nodes: tuple[PlanNode, ...] = ()

    @property
    def columns(self) -> tuple[Column, ...]:
        return PLAN_COLUMNS

    def batches(self) -> Iterator[pa.RecordBatch]:
        yield plan_batch(self._nodes)

    def _wrapped(self, rendered: Rendered) -> str:
        """What the server would refuse in a run it is to refuse here: the wrap is read, and not run."""
        self._transaction.line.prepare(super()._wrapped(rendered), rendered.types)
        before = rendered.comment + (_MEASURE if self._analyze else _PLAN)
        self._prefix = len(before)
        return before + rendered.sql

    def _start(self, rows_at_a_time: int) -> None:
        line = self._transaction.line
        answer = line.ask(self._sql, self._rendered.values, self._rendered.types)
        (told,) = json.loads(answer.get_value(0, 0) or b"[]")
        self._nodes = tuple(nodes(told["Plan"]))


def nodes(plan: Mapping[str, Any], depth: int = 0, processes: int = 1) -> Iterator[PlanNode]:
    """Of Postgres' own tree, each node before those below it.

    `processes` work at a node at the same time: below a Gather XX
    """
    loops = plan.get("Actual Loops")
    time_ms = plan.get("Actual Total Time")
    yield PlanNode(
        depth,
        plan["Node Type"],
        next((str(plan[key]) for key in _ON if plan.get(key)), None),
        "; ".join(_details(plan)) or None,
        plan.get("Plan Rows"),
        plan.get("Total Cost"),
        plan.get("Actual Rows"),
        time_ms * max(1.0, loops / processes) if time_ms is not None and loops is not None else None,
        loops,
    )
    processes = plan.get("Workers Launched", processes - 1) + 1
    for below in plan.get("Plans", ()):
        yield from nodes(below, depth + 1, processes)


def _details(plan: Mapping[str, Any]) -> Iterator[str]:
    for key in _DETAILS:
        value = plan.get(key)
        if value in (None, "") or value in _QUIET.get(key, ()):
            continue
        text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        yield text if key in _SAID else f"{key.lower()}: {text}"
    if removed := plan.get("Rows Removed by Filter"):
        yield f"removed by filter: {removed:,}"
