"""The output hash of the snapshots that a run made, as docs/evidence.md defines it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.analytics.recompute.statements import MADE
from app.evidence.envelope import NamedColumn

if TYPE_CHECKING:
    import pyarrow as pa

AT_ONCE = 50_000  # rows
COLUMNS = (
    NamedColumn("bucket_start", "timestamp with time zone", "timestamp"),
    NamedColumn("dimension_key", "text", "text"),
    NamedColumn("dimension_value", "text", "text"),
    NamedColumn("metric_name", "text", "text"),
    NamedColumn("metric_value", "bigint", "integer"),
)


def hash_of_run(session: Session, values: dict[str, Any]) -> str:
    """`sha256:` and the hash."""
    from app.evidence.hashing import output_hash  # Arrow is large, and web processes rarely hash

    return "sha256:" + output_hash(COLUMNS, batches(session, values))


def batches(session: Session, values: dict[str, Any]) -> "Iterator[pa.RecordBatch]":
    """What a run made and nobody replaced since, in the order of the hash."""
    import pyarrow as pa

    types = [pa.timestamp("us", "UTC"), pa.string(), pa.string(), pa.string(), pa.int64()]
    found = session.execute(text(MADE).execution_options(yield_per=AT_ONCE), values)
    for rows in found.partitions():
        columns = zip(*rows, strict=True)
        arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
        yield pa.RecordBatch.from_arrays(arrays, names=[column.name for column in COLUMNS])
