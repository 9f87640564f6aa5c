"""The output hash of the snapshots that a run made, as docs/evidence.md defines it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import TextClause
from sqlalchemy.orm import Session

from app.analytics.recompute.statements import STORED, made_sql, packed
from app.analytics.reports.kind import ReportKind
from app.evidence.envelope import NamedColumn

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS = (
    NamedColumn("bucket_start", "timestamp with time zone", "timestamp"),
    NamedColumn("dimension_key", "text", "text"),
    NamedColumn("dimension_value", "text", "text"),
    NamedColumn("metric_name", "text", "text"),
    NamedColumn("metric_value", "bigint", "integer"),
)


def hash_of_made(session: Session, kind: ReportKind) -> str:
    """`sha256:` and the hash of what this transaction has made."""
    from app.evidence.hashing import output_hash  # Arrow is large, and web processes rarely hash

    return "sha256:" + output_hash(COLUMNS, _batches(session, made_sql(kind), {}))


def stored_batches(session: Session, values: dict[str, Any]) -> "Iterator[pa.RecordBatch]":
    """What a run made and nobody replaced since, in the order of the hash."""
    return _batches(session, packed(STORED), values)


def _batches(session: Session, statement: TextClause, values: dict[str, Any]) -> "Iterator[pa.RecordBatch]":
    import pyarrow as pa

    types = (pa.int64(), pa.string(), pa.string(), pa.string(), pa.int64())
    names = [column.name for column in COLUMNS]
    for row in session.execute(statement.execution_options(yield_per=1), values):
        moments, *others = (pa.array(orjson.loads(cell), kind) for cell, kind in zip(row, types, strict=True))
        yield pa.RecordBatch.from_arrays([moments.cast(pa.timestamp("us", "UTC")), *others], names=names)
