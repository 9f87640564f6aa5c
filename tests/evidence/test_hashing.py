"""The output hash says the same of the same values, however they travel, and else something else."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.evidence.hashing import OutputHash, Unhashable, output_hash
from tests.evidence import second


@dataclass(frozen=True)
class Column:
    name: str
    type: str
    kind: str


MICRO, ZONED = pa.timestamp("us"), pa.timestamp("us", "UTC")
REAL = st.floats(width=32)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
# kind, type, Arrow type, values that it holds, and values that only text can hold
SORTS: list[tuple[str, str, pa.DataType, st.SearchStrategy[Any], list[str]]] = [
    ("boolean", "boolean", pa.bool_(), st.booleans(), []),
    ("integer", "smallint", pa.int16(), st.integers(-(2**15), 2**15 - 1), []),
    ("integer", "bigint", pa.int64(), st.integers(-(2**63), 2**63 - 1), ["9223372036854775808", "007"]),
    ("float", "double precision", pa.float64(), st.floats(), []),
    ("float", "real", pa.float32(), REAL, []),
    ("decimal", "numeric(6,2)", pa.decimal128(6, 2),
     st.decimals("-9999.99", "9999.99", places=2), ["NaN", "Infinity", "-0.00", "1.5", "00.10"]),
    ("decimal", "numeric(38,38)", pa.decimal128(38, 38), st.just(Decimal("0.1").scaleb(-37)), ["NaN"]),
    ("decimal", "numeric", pa.string(), st.sampled_from(["1.5", "1.50", "NaN"]), []),
    ("date", "date", pa.date32(), st.dates(), ["infinity", "0044-03-15 BC", "10000-01-01", "2021-02-30"]),
    ("timestamp", "timestamp without time zone", MICRO, st.datetimes(), 
     ["-infinity", "2020-01-01 00:00:00+00"]),
    ("timestamp", "timestamp with time zone", ZONED,
     st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=st.just(UTC)),
     ["infinity", "2020-01-01 00:00:00", "0044-03-15 00:00:00+00 BC"]),
    ("text", "text", pa.string(), TEXT, []),
    ("json", "jsonb", pa.string(), TEXT, []),
    ("other", "inet", pa.string(), TEXT, []),
    ("binary", "bytea", pa.binary(), st.binary(max_size=8), []),
]  # fmt: skip


def as_text(value: Any, arrow: pa.DataType) -> str | None:
    """As Postgres prints it."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(pa.scalar(value, arrow).cast(pa.string()).as_py())
    if isinstance(value, Decimal):
        return format(value + 0, "f") if value else format(abs(value), "f")
    if isinstance(value, datetime):
        shown = value.replace(tzinfo=None).isoformat(" ")
        return (shown.rstrip("0") if value.microsecond else shown) + ("+00" if value.tzinfo else "")
    return value.isoformat() if isinstance(value, date) else str(value)


@st.composite
def results(draw: st.DrawFn) -> tuple[list[Column], list[list[Any]], list[pa.DataType]]:
    """Columns, rows, and the Arrow type of each column where no value needs text."""
    sorts = draw(st.lists(st.sampled_from(SORTS), max_size=4))
    columns = [Column(draw(TEXT), type_, kind) for kind, type_, *_ in sorts]
    cells = [
        st.none() | values | (st.sampled_from(odd) if odd else st.nothing()) for *_, values, odd in sorts
    ]
    rows = draw(st.lists(st.tuples(*cells).map(list), max_size=12))
    return columns, rows if columns else [], [arrow for _, _, arrow, *_ in sorts]


def batches(rows: list[list[Any]], types: list[pa.DataType], cuts: list[int], force_text: bool = False):
    """Cut anywhere; a column of a batch that holds what Arrow cannot hold is text there, as connectors do."""
    edges = [0, *sorted(cut for cut in cuts if cut < len(rows)), len(rows)]
    for first, end in pairwise(edges):
        arrays = []
        for index, arrow in enumerate(types):
            values = [row[index] for row in rows[first:end]]
            binary = pa.types.is_binary(arrow)
            if not binary and (force_text or any(isinstance(value, str) for value in values)):
                arrays.append(pa.array([as_text(value, arrow) for value in values], pa.string()))
            else:
                arrays.append(pa.array(values, arrow))
        yield pa.record_batch(arrays, names=[f"c{i}" for i in range(len(types))])


def expected(columns: list[Column], rows: list[list[Any]]) -> str:
    return second.output_hash([(c.name, c.type, c.kind) for c in columns], rows)


@given(results(), st.lists(st.integers(0, 12), max_size=4), st.booleans())
def test_any_cutting_into_batches_and_text_give_what_the_second_implementation_says(result, cuts, force_text):
    columns, rows, types = result
    assert output_hash(columns, batches(rows, types, cuts, force_text)) == expected(columns, rows)


@given(results(), st.integers(0, 12), st.integers(0, 12))
def test_a_slice_is_hashed_as_what_it_shows(result, first, length):
    columns, rows, types = result
    for batch in batches(rows, types, []):
        part = batch.slice(first, length)
        assert output_hash(columns, [part]) == expected(columns, rows[first : first + length])


@given(results(), st.data())
def test_another_value_name_type_or_order_is_another_hash(result, data):
    columns, rows, types = result
    before = output_hash(columns, batches(rows, types, []))
    if columns:
        at = data.draw(st.integers(0, len(columns) - 1))
        other = list(columns)
        for change in ({"name": columns[at].name + "x"}, {"type": columns[at].type + " "}):
            other[at] = Column(**{**vars(columns[at]), **change})
            try:
                assert output_hash(other, batches(rows, types, [])) != before
            except Unhashable:
                assert "type" in change
    if columns and rows:
        row = data.draw(st.integers(0, len(rows) - 1))
        moved = [*rows[:row], *rows[row + 1 :], rows[row]]
        if row < len(rows) - 1 and repr(moved) != repr(rows):
            assert output_hash(columns, batches(moved, types, [])) != before
        fewer, more = rows[:row] + rows[row + 1 :], [*rows, rows[row]]
        assert before not in {output_hash(columns, batches(each, types, [])) for each in (fewer, more)}
        at = data.draw(st.integers(0, len(columns) - 1))
        if rows[row][at] is not None:
            nulled = [list(each) for each in rows]
            nulled[row][at] = None
            assert output_hash(columns, batches(nulled, types, [])) != before


@pytest.mark.parametrize(
    ("kind", "type_", "arrow", "one", "other"),
    [
        ("text", "text", pa.string(), ["", None], [None, ""]),
        ("text", "text", pa.string(), ["ab", "c"], ["a", "bc"]),
        ("float", "double precision", pa.float64(), [0.0], [-0.0]),
        ("decimal", "numeric", pa.string(), ["1.5"], ["1.50"]),
        ("decimal", "numeric(6,2)", pa.string(), ["0.00"], ["-0.00"]),
        ("date", "date", pa.string(), ["infinity"], ["-infinity"]),
        ("date", "date", pa.string(), ["infinity", "2020-01-01"], ["2020-01-01", "infinity"]),
        ("boolean", "boolean", pa.bool_(), [False, None], [False, False]),
        ("integer", "integer", pa.int32(), [0, None, 1], [0, 1, None]),
    ],
)
def test_what_looks_alike_is_told_apart(kind, type_, arrow, one, other):
    hashes = {
        output_hash([Column("a", type_, kind)], [pa.record_batch([pa.array(values, arrow)], names=["c0"])])
        for values in (one, other)
    }
    assert len(hashes) == 2


def test_every_nan_is_the_same():
    odd = pa.Array.from_buffers(pa.float64(), 1, [None, pa.py_buffer(bytes.fromhex("010000000000f8ff"))])
    column = [Column("a", "double precision", "float")]
    hashes = {
        output_hash(column, [pa.record_batch([array], names=["c0"])])
        for array in (odd, pa.array([float("nan")]), pa.array(["NaN"]))
    }
    assert len(hashes) == 1


def test_wider_forms_of_arrow_are_the_same_values():
    columns = [Column("a", "text", "text"), Column("b", "integer", "integer"), Column("c", "bytea", "binary")]
    narrow = pa.record_batch(
        [pa.array(["x"]), pa.array([1], pa.int16()), pa.array([b"y"])], names=["c0", "c1", "c2"]
    )
    wide = pa.record_batch(
        [pa.array(["x"], pa.large_string()), pa.array([1]), pa.array([b"y"], pa.large_binary())],
        names=["a", "b", "c"],
    )
    assert output_hash(columns, [narrow]) == output_hash(columns, [wide])


def test_no_rows_and_no_columns_have_a_hash_of_their_own():
    column = [Column("a", "text", "text")]
    empty = pa.record_batch([pa.array([], pa.string())], names=["c0"])
    assert output_hash(column, []) == output_hash(column, [empty]) != output_hash([], [])


@pytest.mark.parametrize("values", [pa.array([[1]]), pa.array([1.5])])
def test_what_has_no_rule_is_refused_and_not_guessed(values):
    with pytest.raises(Unhashable):
        output_hash([Column("a", "text", "text")], [pa.record_batch([values], names=["c0"])])
    with pytest.raises(Unhashable):
        OutputHash([]).update(pa.record_batch([values], names=["c0"]))


def test_the_definition_is_what_it_was():
    """A change here makes every stored report wrong: it needs a new title in the hash."""
    column = [Column("a", "integer", "integer")]
    batch = pa.record_batch([pa.array([1, None, 3], pa.int32())], names=["c0"])
    assert output_hash(column, [batch]) == expected(column, [[1], [None], [3]]) == KNOWN


KNOWN = "fb1394f62eedfcb7078839b545b8fa5d5f2f78e119d84804df73f00f65aab751"
