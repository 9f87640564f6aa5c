"""EXPLAIN of a reading statement, as rows."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import duckdb
import pyarrow as pa

from app.datasources.connectors.base import Column, Limits, Statement
from app.datasources.connectors.duckdb.execute import DuckDBExecution
from app.datasources.connectors.duckdb.render import Rendered
from app.datasources.connectors.plan import PLAN_COLUMNS, PlanNode, plan_batch

_PLAN = "EXPLAIN (FORMAT JSON) "
_MEASURE = "EXPLAIN (ANALYZE, FORMAT JSON) "
_OWN = ("EXPLAIN_ANALYZE", "RESULT_COLLECTOR", "QUERY", "QUERY_ROOT")
_ESTIMATE = "Estimated Cardinality"


class DuckDBExplanation(DuckDBExecution):
    """Implements Execution: its rows are the plan."""

    def __init__(
        self, connection: Mapping[str, str], statement: Statement, limits: Limits, *, analyze: bool
    ) -> None:
        super().__init__(connection, statement, limits)
        self._analyze = analyze
        self._nodes: tuple[PlanNode, ...] = ()

    @property
    def columns(self) -> tuple[Column, ...]:
        return PLAN_COLUMNS

    def batches(self) -> Iterator[pa.RecordBatch]:
        yield plan_batch(self._nodes)

    def _described(
        self, connection: duckdb.DuckDBPyConnection, rendered: Rendered
    ) -> duckdb.DuckDBPyRelation:
        relation = super()._described(connection, rendered)
        values = list(rendered.values) or None
        asked = (_MEASURE if self._analyze else _PLAN) + rendered.sql
        row = connection.execute(asked, values).fetchone()
        told = json.loads(row[1]) if row else []
        self._nodes = tuple(nodes(told["operator"] if isinstance(told, dict) else told))
        return relation


def nodes(tree: list[dict[str, Any]], depth: int = 0) -> Iterator[PlanNode]:
    """Of DuckDB's own tree, each node before those below it."""
    for each in tree:
        name = str(each.get("name") or each.get("type")).strip()
        below = each.get("children", [])
        if name in _OWN:
            yield from nodes(below, depth)
            continue
        extra = dict(each.get("extra_info") or {})
        estimate = str(extra.pop(_ESTIMATE, "")).replace("~", "")
        on = extra.pop("Table", None)
        yield PlanNode(
            depth,
            name.replace("_", " ").capitalize(),
            str(on) if on else None,
            "; ".join(f"{key.lower()}: {_text(value)}" for key, value in extra.items() if value) or None,
            int(estimate) if estimate.isdigit() else None,
            None,
            each.get("intermediate_rows", each.get("operator_cardinality")),
            _seconds(each) * 1000 if "timing" in each or "operator_timing" in each else None,
        )
        yield from nodes(below, depth + 1)


def _seconds(node: dict[str, Any]) -> float:
    """Of a node with those below it; DuckDB tells each alone."""
    own = float(node.get("timing", node.get("operator_timing", 0)))
    return own + sum(_seconds(below) for below in node.get("children", []))


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else " ".join(str(value).split())
