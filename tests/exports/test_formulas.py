"""Text that a spreadsheet would run is defused; numbers never are; everything else comes back as it was."""

import csv
import io

import orjson
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.exports.objects import distinct
from tests.exports.writing import column, written

FORMULAS = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-1+1",
    "@sum(1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "-",
    "+",
    "=",
    "-1e5e5",
    "--1",
]
NO_FORMULAS = ["-1", "+41", "-1.5e-7", "+.5", "1=1", "a-b", " =1", "", "'=1", "\u22121"]


def values(content: bytes, separator: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline=""), delimiter=separator))


@pytest.mark.parametrize(("format", "separator"), [("csv", ","), ("tsv", "\t")])
def test_formulas_get_an_apostrophe(format, separator):
    content = written(format, [column("=name"), column("b")], [pa.array(FORMULAS), pa.array(FORMULAS)])
    head, *rows = values(content, separator)
    assert head == ["'=name", "b"]
    assert rows == [["'" + each, "'" + each] for each in FORMULAS]


def test_what_is_no_formula_stays_as_it_is():
    both = [pa.array(NO_FORMULAS), pa.array(range(len(NO_FORMULAS)))]
    rows = values(written("csv", [column("a"), column("b", "integer")], both))[1:]
    assert [row[0] for row in rows] == NO_FORMULAS


def test_numbers_are_never_touched():
    columns = [
        column("i", "integer"),
        column("d", "decimal", "numeric"),
        column("f", "float"),
        column("v", "other", "interval"),
    ]
    chunk = [pa.array([-1]), pa.array(["-Infinity"]), pa.array([-float("inf")]), pa.array(["-1 days"])]
    assert written("csv", columns, chunk) == b"i,d,f,v\n-1,-Infinity,-Infinity,-1 days\n"


def test_formulas_are_kept_for_who_asks():
    content = written("csv", [column("=a")], [pa.array(FORMULAS)], keep_formulas=True)
    assert [row[0] for row in values(content)] == ["=a", *FORMULAS]


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
texts |= st.sampled_from(["\\.", '"', "", "\r\n", ","])
integers = st.integers(-(2**63), 2**63 - 1)


@given(st.lists(st.tuples(st.none() | texts, st.none() | texts), max_size=6))
def test_csv_comes_back(rows):
    chunk = [pa.array([row[place] for row in rows], pa.string()) for place in (0, 1)]
    for format, separator in (("csv", ","), ("tsv", "\t")):
        content = written(format, [column("a"), column("b")], chunk, keep_formulas=True)
        assert values(content, separator)[1:] == [[value or "" for value in row] for row in rows]


@given(st.lists(st.tuples(st.none() | texts, st.none() | integers), max_size=6), texts)
def test_json_comes_back(rows, name):
    chunk = [pa.array([r[0] for r in rows], pa.string()), pa.array([r[1] for r in rows], pa.int64())]
    columns = [column(name), column(name, "integer")]
    objects = orjson.loads(written("json", columns, chunk, chunk))
    assert [[a, None if b is None else int(b)] for a, b in map(dict.values, objects)] == [
        list(row) for row in rows
    ] * 2
    lines = written("ndjson", columns, chunk, chunk).split(b"\n")
    assert [*map(orjson.loads, filter(None, lines))] == objects


def test_null_and_an_empty_text_are_told_apart():
    content = written("csv", [column("a"), column("b")], [pa.array(["", None]), pa.array([None, ""])])
    assert content == b'a,b\n"",\n,""\n'


def test_a_huge_value_arrives_whole():
    huge = 'a "quoted" line\n' * 70_000
    content = written("csv", [column("a")], [pa.array([huge])])
    assert (
        next(csv.reader(io.StringIO(content.decode()[2:], newline="")))
        if len(huge) < csv.field_size_limit()
        else True
    )
    assert content == b'a\n"' + huge.replace('"', '""').encode() + b'"\n'
    assert orjson.loads(written("json", [column("a")], [pa.array([huge])])) == [{"a": huge}]


def test_integers_that_browsers_round_are_strings_in_json():
    whole = pa.array([2**53, 2**53 + 1, -(2**53) - 1, None])
    assert orjson.loads(written("json", [column("i", "integer")], [whole])) == [
        {"i": 2**53},
        {"i": str(2**53 + 1)},
        {"i": str(-(2**53) - 1)},
        {"i": None},
    ]


@given(st.lists(st.sampled_from(["a", "a_2", "a_3", "b", ""]), max_size=8))
def test_names_of_objects_are_distinct(names):
    found = distinct(names)
    assert len(set(found)) == len(found)
    assert [name for name in names if names.count(name) == 1] == [
        one for one, name in zip(found, names, strict=True) if names.count(name) == 1
    ]
