"""Dates and times that no calendar of ours holds are text, in DuckDB's own words."""

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

_FIRST_DAY, _LAST_DAY = -719_162, 2_932_896  # years 1 to 9999, in days since 1970
_DAY_US = 86_400_000_000


def fitting(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch, with those columns as text that hold an infinity or a year outside 1 to 9999."""
    columns = [column if _fits(column) else _as_text(column) for column in batch.columns]
    return pa.RecordBatch.from_arrays(columns, batch.schema.names)


def _fits(column: pa.Array) -> bool:
    if pa.types.is_date32(column.type):
        first, beyond, raw = _FIRST_DAY, _LAST_DAY + 1, column.cast(pa.int32())
    elif pa.types.is_timestamp(column.type):
        first, beyond, raw = _FIRST_DAY * _DAY_US, (_LAST_DAY + 1) * _DAY_US, column.cast(pa.int64())
    else:
        return True
    least, most = pc.min_max(raw).as_py().values()
    return least is None or (least >= first and most < beyond)


def _as_text(column: pa.Array) -> pa.Array:
    with duckdb.connect(":memory:") as printer:
        printer.execute("SET TimeZone = 'UTC'")
        shown = (
            printer.from_arrow(pa.table({"c": column})).project("CAST(c AS VARCHAR) AS c").to_arrow_table()
        )
    return shown.column("c").combine_chunks()
