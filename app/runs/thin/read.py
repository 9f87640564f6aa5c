"""Columns of an unpacked result as lines, thinned to what a screen shows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from app.datasources.connectors.base import ColumnKind
from app.runs.arrange.unpack import Unpacked
from app.runs.cells import numeric
from app.runs.models import ResultColumn
from app.runs.thin.m4 import seen

MOST_SERIES = 50
MS = 1000


@dataclass(frozen=True, slots=True)
class Asked:
    """Lines over `x`, one for each of `ys`, or for each of those and each value of `series`."""

    x: ResultColumn
    ys: tuple[ResultColumn, ...]
    series: ResultColumn | None
    low: float | None
    high: float | None
    steps: int

    @property
    def columns(self) -> list[ResultColumn]:
        return [self.x, *self.ys, *([self.series] if self.series else [])]


@dataclass(frozen=True, slots=True)
class Thinned:
    """`values` of x, the ys and the series, as `cells.numeric`; `row_count` rows had an x within the range.

    A row with nulls for the ys lies in each hole. `series_count` says how many series there are in all.
    """

    values: list[list[Any]]
    row_count: int
    series_count: int


def thinned(unpacked: Unpacked, asked: Asked) -> Thinned:
    """The rows that are seen; sorted by x in each series."""
    x = numbers(unpacked.column(asked.x.position), ColumnKind(asked.x.kind))
    kept = _within(x, asked.low, asked.high)
    rows = pc.indices_nonzero(kept).cast(pa.int64())
    if len(rows) == 0:
        return Thinned([[] for _ in asked.columns], 0, 0)
    x = x.take(rows)
    if not pc.all(pc.less_equal(x.slice(0, len(x) - 1), x.slice(1))).as_py():
        order = pc.sort_indices(x)
        x, rows = x.take(order), rows.take(order)
    ys = [numbers(unpacked.column(y.position), ColumnKind(y.kind)).take(rows) for y in asked.ys]
    low, high = x[0].as_py(), x[-1].as_py()
    low = low if asked.low is None else asked.low
    high = high if asked.high is None else asked.high
    values: list[list[Any]] = [[] for _ in asked.columns]
    parts, series_count = _parts(unpacked, asked.series, rows)
    steps = max(asked.steps // max(len(parts), 1) * 2, 50) if len(parts) > 1 else asked.steps
    for name, places in parts:
        own, own_ys = (x, ys) if places is None else (x.take(places), [y.take(places) for y in ys])
        for row in _rows(own, own_ys, low, high, min(steps, asked.steps)):
            for target, value in zip(values, [*row, name] if asked.series else row, strict=True):
                target.append(value)
    return Thinned(values, len(rows), series_count)


def numbers(chunks: Sequence[pa.Array], kind: ColumnKind) -> pa.DoubleArray:
    """One array of numbers, moments in epoch milliseconds; null for what has no place on an axis."""
    parts = [_numbers(chunk, kind) for chunk in chunks]
    values = pa.chunked_array(parts, pa.float64()).combine_chunks()
    values = pa.concat_arrays(values.chunks) if isinstance(values, pa.ChunkedArray) else values
    return pc.if_else(pc.is_finite(values), values, pa.scalar(None, pa.float64()))


def _numbers(chunk: pa.Array, kind: ColumnKind) -> pa.DoubleArray:
    if pa.types.is_timestamp(chunk.type):
        micros = chunk.cast(pa.timestamp("us", chunk.type.tz)).cast(pa.int64())
        return pc.divide(micros, MS).cast(pa.float64())
    if pa.types.is_date32(chunk.type):
        return pc.multiply(chunk.cast(pa.int32()).cast(pa.float64()), 86_400_000.0)
    if pa.types.is_string(chunk.type) or pa.types.is_boolean(chunk.type):
        return pa.array(numeric(chunk, kind), pa.float64())
    return chunk.cast(pa.float64(), safe=False)


def _within(x: pa.DoubleArray, low: float | None, high: float | None) -> pa.BooleanArray:
    kept = pc.is_valid(x)
    if low is not None:
        kept = pc.and_(kept, pc.fill_null(pc.greater_equal(x, low), False))
    if high is not None:
        kept = pc.and_(kept, pc.fill_null(pc.less_equal(x, high), False))
    return kept


def _parts(
    unpacked: Unpacked, series: ResultColumn | None, rows: pa.Int64Array
) -> tuple[list[tuple[Any, pa.Int64Array | None]], int]:
    """(value, its places among the rows) of each series, in the order of the result; the longest of many."""
    if series is None:
        return [(None, None)], 1
    chunks = unpacked.column(series.position)
    if len({chunk.type for chunk in chunks}) > 1 or pa.types.is_binary(chunks[0].type):
        chunks = [chunk.cast(pa.string(), safe=False) for chunk in chunks]
    coded = pa.chunked_array(chunks).take(rows).combine_chunks()
    coded = coded.dictionary_encode(null_encoding="encode")
    counts = pc.value_counts(coded.indices).to_pylist()
    largest = sorted(counts, key=lambda each: -each["counts"])[:MOST_SERIES]
    names = numeric(coded.dictionary, ColumnKind(series.kind))
    codes = sorted(each["values"] for each in largest)
    return [
        (names[code], pc.indices_nonzero(pc.equal(coded.indices, code)).cast(pa.int64())) for code in codes
    ], len(counts)


def _rows(
    x: pa.DoubleArray, ys: Sequence[pa.DoubleArray], low: float, high: float, steps: int
) -> Iterator[list[Any]]:
    """[x, y, ...] in order, those in holes among them."""
    found = seen(x, ys, low, high, steps)
    at = pa.array(found.places, pa.int64())
    columns = [x.take(at).to_pylist(), *(y.take(at).to_pylist() for y in ys)]
    holes = iter([*found.holes, float("inf")])
    hole = next(holes)
    for row in zip(*columns, strict=True):
        while row[0] > hole:
            yield [hole, *([None] * len(ys))]
            hole = next(holes)
        yield list(row)
