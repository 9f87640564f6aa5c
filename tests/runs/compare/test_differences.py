"""Two results side by side: what differs, and whether they only stand in another order."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.evidence.hashing import output_hash
from app.runs.compare.differences import First, find_differences


@dataclass(frozen=True)
class Column:
    name: str
    type: str
    kind: str


NUMBER = Column("n", "bigint", "integer")
TEXT = Column("t", "text", "text")
FLOAT = Column("f", "double precision", "float")
DECIMAL = Column("d", "numeric(12,2)", "decimal")
DAY = Column("day", "date", "date")
KINDS = {
    NUMBER: pa.int64(),
    TEXT: pa.string(),
    FLOAT: pa.float64(),
    DECIMAL: pa.decimal128(12, 2),
    DAY: pa.date32(),
}


def batches(columns, rows, sizes=(3, 1, 2)):
    """The rows in batches of these sizes, and again."""
    found, at, turn = [], 0, 0
    while at < len(rows):
        part = rows[at : at + sizes[turn % len(sizes)]]
        arrays = [pa.array([row[i] for row in part], KINDS[c]) for i, c in enumerate(columns)]
        found.append(pa.record_batch(arrays, [c.name for c in columns]))
        at, turn = at + len(part), turn + 1
    return found


def compared(columns, ones, twos):
    return find_differences(columns, batches(columns, ones), batches(columns, twos, (2, 5)))


def test_equal_results_have_no_difference_however_they_are_cut():
    rows = [(i, str(i), i / 7, Decimal(i) / 4, date(2026, 1, 1)) for i in range(20)]
    found = compared(tuple(KINDS), rows, rows)
    assert (found.rows, found.differing_rows, found.first, found.reordered) == ((20, 20), 0, None, False)


def test_the_first_difference_is_named_and_all_are_counted():
    ones = [(i, "a") for i in range(10)]
    twos = [(i, "b" if i in (4, 7) else "a") for i in range(10)]
    found = compared((NUMBER, TEXT), ones, twos)
    assert (found.differing_rows, found.columns) == (2, (1,))
    assert found.first == First(4, 1, "a", "b")
    assert not found.reordered


def test_rows_beyond_the_end_of_the_shorter_differ():
    ones, twos = [(i,) for i in range(5)], [(i,) for i in range(12)]
    for found in (compared((NUMBER,), ones, twos), compared((NUMBER,), twos, ones)):
        assert (found.differing_rows, found.first, found.reordered) == (7, First(5), False)
    assert compared((NUMBER,), [], twos).first == First(0)
    assert compared((NUMBER,), [], []).differing_rows == 0


def test_null_differs_from_a_value_and_not_from_null():
    found = compared((NUMBER,), [(None,), (None,), (1,)], [(None,), (0,), (None,)])
    assert (found.differing_rows, found.first) == (2, First(1, 0, None, "0"))


def test_floats_differ_by_their_bits():
    nan = float("nan")
    assert compared((FLOAT,), [(nan,)], [(-nan,)]).differing_rows == 0
    assert compared((FLOAT,), [(0.0,)], [(-0.0,)]).differing_rows == 1


def test_the_same_rows_in_another_order_are_said_to_be():
    ones = [(i % 3, str(i)) for i in range(12)]
    found = compared((NUMBER, TEXT), ones, ones[5:] + ones[:5])
    assert found.reordered and found.differing_rows == 12


def test_a_row_twice_is_not_another_order():
    assert not compared((NUMBER,), [(1,), (1,), (2,)], [(2,), (2,), (1,)]).reordered


def test_values_never_run_into_each_other():
    assert not compared((TEXT, TEXT), [("ab", "c"), ("x", "y")], [("a", "bc"), ("x", "y")]).reordered
    assert not compared((TEXT,), [("",)], [(None,)]).reordered


@pytest.mark.parametrize(
    ("ones", "twos", "differing"),
    [
        (["1.50", "NaN", None], ["1.50", "NaN", None], 0),
        (["1.50", "NaN", None], [Decimal("1.50"), None, None], 1),
        (["1.50", "Infinity", "2.00"], [Decimal("1.50"), Decimal("3.00"), Decimal("2.00")], 1),
        (["NaN", "1.00"], ["Infinity", "1.00"], 1),
    ],
)
def test_it_does_not_matter_whether_a_chunk_carries_text(ones, twos, differing):
    def one_batch(values):
        kind = pa.string() if any(isinstance(value, str) for value in values) else pa.decimal128(12, 2)
        return [pa.record_batch([pa.array(values, kind)], ["d"])]

    assert find_differences((DECIMAL,), one_batch(ones), one_batch(twos)).differing_rows == differing


def test_odd_values_in_another_order_are_the_same_rows():
    ones, twos = (
        [pa.record_batch([pa.array(values, pa.string())], ["d"])]
        for values in (["NaN", "1.00", None], [None, "NaN", "1.00"])
    )
    assert find_differences((DECIMAL,), ones, twos).reordered


ROWS = st.lists(
    st.tuples(st.one_of(st.none(), st.integers(-2, 2)), st.sampled_from(["", "a", None])), max_size=12
)


@given(ROWS, ROWS)
def test_no_difference_means_the_same_hash_and_reordered_the_same_rows(ones, twos):
    columns = (NUMBER, TEXT)
    found = compared(columns, ones, twos)
    hashes = {output_hash(columns, batches(columns, rows)) for rows in (ones, twos)}
    assert (found.differing_rows == 0) == (len(hashes) == 1)
    assert found.reordered == (ones != twos and sorted(map(repr, ones)) == sorted(map(repr, twos)))
