"""The output hash of the snapshots that a run made, as docs/evidence.md defines it."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy.orm import Session

from app.analytics.recompute.statements import STORED, made_sql
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
PAGE = 100  # buckets that are fetched together
AT_ONCE = 50_000  # rows that are hashed together, or a bucket's, if these are more
Columns = tuple[list[int], list[str], list[str], list[str], list[int]]


def hash_of_made(session: Session, kind: ReportKind) -> str:
    """`sha256:` and the hash of what this transaction has made."""
    from app.evidence.hashing import output_hash  # Arrow is large, and web processes rarely hash

    found = session.execute(made_sql(kind).execution_options(yield_per=PAGE))
    return "sha256:" + output_hash(COLUMNS, _batches(_long(found, sorted(kind.metrics))))


def stored_batches(session: Session, values: dict[str, Any]) -> "Iterator[pa.RecordBatch]":
    """What a run made and nobody replaced since, in the order of the hash."""
    return _batches(_stored(session.execute(STORED.execution_options(yield_per=PAGE), values)))


def _long(found: Iterable[Any], names: list[str]) -> Iterator[Columns]:
    """Python sorts text as the collation "C" does, and small lists sooner than Postgres large ones."""
    for moment, key, *lists in found:
        words, *numbers = zip(*sorted(zip(*map(orjson.loads, lists), strict=True)), strict=True)
        each = [word for word in words for _ in names]
        values = list(chain(*zip(*numbers, strict=True)))
        yield [moment] * len(each), [key] * len(each), each, names * len(words), values


def _stored(found: Iterable[Any]) -> Iterator[Columns]:
    for moment, key, words, metrics in found:
        names, numbers = zip(*orjson.loads(metrics), strict=True)
        yield [moment] * len(names), [key] * len(names), orjson.loads(words), list(names), list(numbers)


def _batches(buckets: Iterable[Columns]) -> "Iterator[pa.RecordBatch]":
    import pyarrow as pa

    types = (pa.int64(), pa.string(), pa.string(), pa.string(), pa.int64())
    columns: Columns = ([], [], [], [], [])
    for bucket in chain(buckets, [None]):
        for column, more in zip(columns, bucket or (), strict=False):
            column.extend(more)  # type: ignore[attr-defined]
        if columns[0] and (bucket is None or len(columns[0]) >= AT_ONCE):
            moments, *others = (pa.array(column, kind) for column, kind in zip(columns, types, strict=True))
            arrays = [moments.cast(pa.timestamp("us", "UTC")), *others]
            yield pa.RecordBatch.from_arrays(arrays, names=[column.name for column in COLUMNS])
            columns = ([], [], [], [], [])
