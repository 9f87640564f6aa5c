"""What a column holds: counts, ends, quantiles, a histogram, the commonest values. Exact, over all rows."""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from app.datasources.connectors.base import ColumnKind
from app.runs.arrange.asked import Condition
from app.runs.arrange.comparable import OUTSIDE, Comparable, comparable
from app.runs.arrange.match import matching
from app.runs.arrange.unpack import Unpacked
from app.runs.cells import exact

NUMBERS = frozenset({ColumnKind.INTEGER, ColumnKind.FLOAT, ColumnKind.DECIMAL})
ORDERED = NUMBERS | {ColumnKind.DATE, ColumnKind.TIMESTAMP}
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
BINS = 24
LONGEST_WHOLE = 18  # digits of a decimal that fit into 64 bits
TOP = 10
LONGEST_SHOWN = 200  # characters of a value that is listed
_MEAN = Context(prec=30, rounding=ROUND_HALF_EVEN)


def describe(
    unpacked: Unpacked,
    position: int,
    kinds: Sequence[ColumnKind],
    conditions: Sequence[Condition],
    search: str,
) -> dict[str, Any]:
    """Statistics of one column over the rows that satisfy all conditions.

    `nulls`, `distinct`, `min`, `max` and `top` are of any kind; `sum` and `mean` of numbers; `quantiles` and
    `histogram` of numbers and times. What has no place on a scale (NaN, infinities) is counted in `special`
    and in nothing else but `distinct` and `top`.
    """
    kind = kinds[position]
    chunks = _kept(unpacked, position, matching(unpacked, conditions, search, kinds))
    rows = sum(map(len, chunks))
    if rows == 0:
        return _nothing()
    column = comparable(chunks, kind)
    scale = _scale(column.values)
    valid = rows - column.values.null_count
    ends = _ends(scale, valid)
    return {
        "row_count": rows,
        "nulls": rows - valid if column.outside is None else column.outside.null_count,
        **_counted(column, scale, chunks),
        "min": _value(chunks, ends[0]),
        "max": _value(chunks, ends[1]),
        **_summed(column, kind, valid),
        "quantiles": _quantiles(chunks, scale) if kind in ORDERED and valid else None,
        "special": _special(column),
        "histogram": _histogram(column, kind) if kind in ORDERED and valid else None,
    }


def _nothing() -> dict[str, Any]:
    absent = dict.fromkeys(("min", "max", "sum", "mean", "quantiles", "histogram"))
    return {"row_count": 0, "nulls": 0, "distinct": 0, "top": [], **absent, "special": {}}


def _kept(unpacked: Unpacked, position: int, mask: Any) -> list[pa.Array]:
    chunks = unpacked.column(position)
    if mask is None:
        return chunks
    mask = mask.combine_chunks()
    starts = unpacked.starts
    kept = [chunk.filter(mask.slice(at, len(chunk))) for chunk, at in zip(chunks, starts, strict=True)]
    return [chunk for chunk in kept if len(chunk)]


def _scale(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Values that are equal or less as these are, as whole numbers where they fit: these count fast."""
    kind = values.type
    if pa.types.is_decimal128(kind) and kind.precision <= LONGEST_WHOLE:
        units = pa.decimal128(kind.precision, 0)
        whole = [chunk.view(units).cast(pa.int64()) for chunk in values.chunks]
        return pa.chunked_array(whole, pa.int64())
    if pa.types.is_timestamp(kind):
        return values.cast(pa.int64())
    if pa.types.is_date32(kind):
        return values.cast(pa.int32())
    return values.cast(pa.int8()) if pa.types.is_boolean(kind) else values


def _ends(scale: pa.ChunkedArray, valid: int) -> tuple[int, int]:
    """Where the lowest and the highest value stand; -1 where there is none."""
    if not valid:
        return -1, -1
    both = pc.min_max(scale)
    return pc.index(scale, both["min"]).as_py(), pc.index(scale, both["max"]).as_py()


def _counted(column: Comparable, scale: pa.ChunkedArray, chunks: Sequence[pa.Array]) -> dict[str, Any]:
    """The number of different values and the commonest ones, those first that are met first."""
    counts = pc.value_counts(scale.combine_chunks())
    places = pa.arange(0, len(counts))
    table = pa.table({"count": counts.field("counts"), "place": places}).filter(
        pc.is_valid(counts.field("values"))
    )
    best = pc.select_k_unstable(table, TOP, [("count", "descending"), ("place", "ascending")])
    found = table.take(best)
    values = counts.field("values").take(found["place"])
    top = [
        {"value": _value(chunks, pc.index(scale, value).as_py()), "count": count}
        for value, count in zip(values, found["count"].to_pylist(), strict=True)
    ]
    special = _special(column)
    top += [{"value": name, "count": count} for name, count in special.items()]
    top.sort(key=lambda each: -each["count"])
    return {"distinct": table.num_rows + len(special), "top": top[:TOP]}


def _special(column: Comparable) -> dict[str, int]:
    if column.outside is None:
        return {}
    counts = {each["values"]: each["counts"] for each in pc.value_counts(column.outside).to_pylist()}
    names = {-1: "-Infinity", 1: "Infinity", OUTSIDE["NaN"]: "NaN"}
    return {name: counts[place] for place, name in names.items() if place in counts}


def _summed(column: Comparable, kind: ColumnKind, valid: int) -> dict[str, Any]:
    if kind not in NUMBERS or not valid or column.ranked is not None:
        return {"sum": None, "mean": None}
    values = column.values
    if pa.types.is_integer(values.type):
        values = values.cast(pa.decimal128(19))  # the sum of integers may be larger than any of them
    total = pc.sum(values).as_py()
    if isinstance(total, Decimal):
        return {"sum": _plain(total), "mean": _plain(_MEAN.divide(total, valid))}
    return {"sum": exact(pa.array([total]))[0], "mean": exact(pa.array([total / valid]))[0]}


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _quantiles(chunks: Sequence[pa.Array], scale: pa.ChunkedArray) -> dict[str, Any]:
    """Values that are there: of two neighbours the lower one."""
    found = pc.quantile(scale, q=list(QUANTILES), interpolation="lower")
    places = [pc.index(scale, value.cast(scale.type)).as_py() for value in found]
    return {str(q): _value(chunks, place) for q, place in zip(QUANTILES, places, strict=True)}


def _histogram(column: Comparable, kind: ColumnKind) -> list[dict[str, Any]] | None:
    """Bins of equal width from the lowest to the highest value."""
    if column.ranked is not None:
        return None
    values, time = column.values.drop_null(), column.values.type
    if kind not in NUMBERS:
        values = values.cast(pa.timestamp("us", getattr(time, "tz", None))).cast(pa.int64())
    numbers = values.cast(pa.float64(), safe=False)
    numbers = numbers.filter(pc.is_finite(numbers))
    if not len(numbers):
        return None
    ends = pc.min_max(numbers).as_py()
    low, width = ends["min"], (ends["max"] - ends["min"]) / BINS
    if not 0 < width < float("inf"):
        return [{"from": _edge(low, kind), "to": _edge(ends["max"], kind), "count": len(numbers)}]
    bins = pc.min_element_wise(pc.floor(pc.divide(pc.subtract(numbers, low), width)), BINS - 1)
    counts = {int(each["values"]): each["counts"] for each in pc.value_counts(bins).to_pylist()}
    return [
        {
            "from": _edge(low + at * width, kind),
            "to": _edge(low + (at + 1) * width, kind),
            "count": counts.get(at, 0),
        }
        for at in range(BINS)
    ]


def _edge(number: float, kind: ColumnKind) -> Any:
    if kind in NUMBERS:
        return number
    return exact(pa.array([int(number)], pa.timestamp("us")))[0]


def _value(chunks: Sequence[pa.Array], index: int) -> Any:
    """The value at this index, as `cells.exact` has it; a long text cut."""
    if index < 0:
        return None
    for chunk in chunks:
        if index < len(chunk):
            value = exact(chunk.slice(index, 1))[0]
            long = isinstance(value, str) and len(value) > LONGEST_SHOWN
            return value[:LONGEST_SHOWN] + "…" if long else value
        index -= len(chunk)
    return None
