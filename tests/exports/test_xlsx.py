"""Workbooks, read again by openpyxl: numbers where Excel keeps them, else text, and nothing runs."""

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from xml.etree import ElementTree

import openpyxl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from app.core.errors import Invalid
from app.exports.refusals import EXCEL_CHARACTERS, EXCEL_COLUMNS, EXCEL_ROWS, cells_for_excel, shape_for_excel
from app.exports.survey import Survey, utf16_length
from tests.exports.writing import column, written
from tests.makers import run_now

MOMENT = pa.timestamp("us", "UTC")


def book(content: bytes) -> openpyxl.Workbook:
    for name in zipfile.ZipFile(io.BytesIO(content)).namelist():
        ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(content)).read(name))
    return openpyxl.load_workbook(io.BytesIO(content))


def read(values: pa.Array, kind: str = "text", type: str | None = None) -> list[object]:
    """The values of one column, as openpyxl has them."""
    sheet = book(written("xlsx", [column("a", kind, type)], [values]))["Result"]
    assert sheet["A1"].value == "a"
    return [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)]


def test_integers_of_16_digits_are_text():
    assert read(pa.array([1, -5, 10**15 - 1, 10**15, -(10**15), 2**63 - 1, None]), "integer") == [
        *(1, -5, 10**15 - 1, "1000000000000000", "-1000000000000000", "9223372036854775807", None)
    ]


def test_decimals_are_numbers_up_to_15_digits():
    amounts = pa.array(
        [Decimal("1.50"), Decimal("-0.01"), None, Decimal("1234567890123456.00")], pa.decimal128(20, 2)
    )
    sheet = book(written("xlsx", [column("a", "decimal", "numeric(20,2)")], [amounts]))["Result"]
    assert [sheet.cell(row, 1).value for row in (2, 3, 4, 5)] == [1.5, -0.01, None, "1234567890123456.00"]
    assert sheet["A2"].number_format == "0.00"
    texts = pa.array(["1.50", "NaN", "-Infinity", "0." + "0" * 20 + "1", "1" * 16, None])
    assert read(texts, "decimal") == [1.5, "NaN", "-Infinity", 1e-21, "1" * 16, None]


def test_floats_keep_all_their_digits():
    values = [0.1, 1 / 3, -0.0, 5e-324, 1.7976931348623157e308, 1e16]
    assert read(pa.array(values), "float") == values
    assert read(pa.array([float("nan"), float("inf"), -float("inf")]), "float") == [
        "NaN",
        "Infinity",
        "-Infinity",
    ]


def test_booleans_and_bytes():
    assert read(pa.array([True, False, None]), "boolean") == [True, False, None]
    assert read(pa.array([b"\x00\xff", b""]), "binary") == ["\\x00ff", "\\x"]


def test_dates_are_dates_since_march_1900():
    days = [date(1900, 2, 28), date(1900, 3, 1), date(2024, 2, 29), date(9999, 12, 31), date(1, 1, 1)]
    assert read(pa.array(days), "date") == [
        "1900-02-28", *(datetime(d.year, d.month, d.day) for d in days[1:4]), "0001-01-01",
    ]  # fmt: skip


def test_moments_say_their_offset_and_keep_milliseconds():
    exact, fine = datetime(2024, 2, 29, 12, 0, 0, 123000, UTC), datetime(2024, 2, 29, 12, 0, 0, 123456, UTC)
    content = written(
        "xlsx", [column("a", "timestamp")], [pa.array([exact, fine, datetime(1800, 1, 1)], MOMENT)]
    )
    sheet = book(content)["Result"]
    assert sheet["A2"].value == exact.replace(tzinfo=None)
    assert sheet["A2"].number_format == 'yyyy-mm-dd hh:mm:ss.000"+00"'
    assert sheet["A3"].value == "2024-02-29 12:00:00.123456+00"
    assert sheet["A4"].value == "1800-01-01 00:00:00+00"


def test_a_formula_is_text_that_stays_text():
    formulas = ["=1+1", "+cmd|' /C calc'!A0", "-1+1", "@sum(1)"]
    sheet = book(written("xlsx", [column("=a")], [pa.array([*formulas, "-5", "a"])]))["Result"]
    cells = [sheet.cell(row, 1) for row in range(1, 8)]
    assert [cell.value for cell in cells] == ["=a", *formulas, "-5", "a"]
    assert [cell.quotePrefix for cell in cells] == [True] * 5 + [False] * 2
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}, "none is a formula"


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
texts |= st.sampled_from(["<&>", "_x0041_", "_x005F_", "a\r\nb\tc", "\x00\x07", " padded ", "\ufffe"])


@given(st.lists(texts, min_size=1, max_size=6))
def test_texts_come_back(values):
    assert [unescape(value) for value in read(pa.array(values))] == values


def test_no_rows_and_nothing_in_a_row():
    assert read(pa.array([], pa.string())) == []
    both = [pa.array([None, "x"]), pa.array(["", None])]
    sheet = book(written("xlsx", [column("a"), column("a")], both))["Result"]
    assert list(sheet.iter_rows(values_only=True)) == [("a", "a"), (None, ""), ("x", None)]


def test_the_same_result_gives_the_same_bytes():
    first, second = (written("xlsx", [column("a")], [pa.array(["x"])]) for _ in range(2))
    assert first == second


def test_the_second_sheet_says_what_this_is(browse, alice, source):
    run = run_now(alice, source, "select i as number from generate_series(1, 20) i", max_rows=10)
    answer = browse(alice).get(f"/runs/{run.id}/export.xlsx")
    sheets = book(answer.data)
    assert sheets.sheetnames == ["Result", "About"]
    assert [cell.value for cell in sheets["Result"]["A"]] == ["number", *range(1, 11)]
    about = dict(sheets["About"].iter_rows(values_only=True))
    assert about["Run"] == str(run.id) and about["number"] == "integer"
    assert "the beginning of the result" in about["Cut"]


@pytest.mark.parametrize(
    ("rows", "columns", "sentence"),
    [
        (EXCEL_ROWS, 1, "1,048,575 rows below the line of names; there are 1,048,576"),
        (1, EXCEL_COLUMNS + 1, "16,384 columns; this result has 16,385"),
    ],
)
def test_a_shape_beyond_excels_is_refused(rows, columns, sentence):
    with pytest.raises(Invalid, match=sentence):
        shape_for_excel(rows, [column("a")] * columns)
    shape_for_excel(EXCEL_ROWS - 1, [column("a")] * EXCEL_COLUMNS)


def test_a_cell_beyond_excels_is_refused_before_it_starts(browse, alice, source):
    fits = run_now(alice, source, f"select repeat('🦉', {EXCEL_CHARACTERS // 2}) as owls, 'x' as short")
    assert browse(alice).get(f"/runs/{fits.id}/export.xlsx").status_code == 200
    long = run_now(alice, source, f"select 'x' as short, repeat('x', {EXCEL_CHARACTERS + 1}) as text")
    answer = browse(alice).api("GET", f"/v1/runs/{long.id}/export?format=xlsx")
    assert answer.status_code == 422
    assert "32,767 characters in a cell; a value of “text” has 32,768" in answer.json["detail"]
    assert "format" in answer.json["fields"]


def test_bytes_count_as_the_digits_they_become():
    found = Survey([set(), set()], measure=True)
    batch = pa.RecordBatch.from_arrays([pa.array(["🦉x"]), pa.array([b"x" * 20_000])], names=["c0", "c1"])
    found.look(lambda: batch)
    assert (found.longest, found.longest_at, utf16_length("🦉x")) == (40_002, 1, 3)
    with pytest.raises(Invalid, match="“b”"):
        cells_for_excel(found, [column("a"), column("b")])
