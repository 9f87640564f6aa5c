"""How a source would answer a statement, as rows: every connector's plan is the same small table."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass

import pyarrow as pa

from app.datasources.connectors.base import Column, ColumnKind

PLAN_COLUMNS = (
    Column("depth", "integer", ColumnKind.INTEGER),
    Column("node", "text", ColumnKind.TEXT),
    Column("relation", "text", ColumnKind.TEXT),
    Column("detail", "text", ColumnKind.TEXT),
    Column("estimated_rows", "bigint", ColumnKind.INTEGER),
    Column("cost", "double precision", ColumnKind.FLOAT),
    Column("rows", "double precision", ColumnKind.FLOAT),
    Column("time_ms", "double precision", ColumnKind.FLOAT),
    Column("loops", "bigint", ColumnKind.INTEGER),
)
_TYPES = (
    pa.int32(), pa.string(), pa.string(), pa.string(), pa.int64(), pa.float64(), pa.float64(), pa.float64(),
    pa.int64(),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlanNode:
    """One step, after the steps that hold it: `depth` 0 is the last to be done.

    `cost` and `time_ms` include the steps below, over all `loops`; `rows` are those of one loop on average,
    as `estimated_rows` is. What the source does not tell, or was not measured, is None.
    """

    depth: int
    node: str
    relation: str | None = None
    detail: str | None = None
    estimated_rows: int | None = None
    cost: float | None = None
    rows: float | None = None
    time_ms: float | None = None
    loops: int | None = None


def plan_batch(nodes: Iterable[PlanNode]) -> pa.RecordBatch:
    columns = list(zip(*map(astuple, nodes), strict=True)) or [()] * len(_TYPES)
    arrays = [pa.array(column, type_) for column, type_ in zip(columns, _TYPES, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, names=[f"c{i}" for i in range(len(_TYPES))])
