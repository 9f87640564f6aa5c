"""Only the rows that a grid shows, in the order in which it shows them."""

import io
import json

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from app.exports.formats import FORMATS
from tests.makers import run_now

CHANGING = """select i, case when i > 15000 then 'NaN' else '1.50' end::numeric(5,2) as amount
    from generate_series(1, 25000) i"""
FEW = {
    "sort": json.dumps([{"column": "i", "descending": True}]),
    "filter": json.dumps([{"column": "i", "op": "between", "value": [14_999, 15_002]}]),
}


@pytest.fixture
def run(alice, source):
    return run_now(alice, source, CHANGING)


@pytest.fixture
def get(browse, alice, run):
    return lambda format, **asked: browse(alice).get(f"/runs/{run.id}/export.{format}", query_string=asked)


def test_rows_arrive_as_they_are_sorted_and_filtered(get, run):
    answer = get("csv", **FEW)
    assert answer.text == "i,amount\n15002,NaN\n15001,NaN\n15000,1.50\n14999,1.50\n"
    assert answer.headers["Plumbline-Row-Count"] == "4"
    assert f'filename="run-{run.id}-selection.csv"' in answer.headers["Content-Disposition"]
    assert answer.headers["ETag"] != get("csv").headers["ETag"]


def test_a_type_that_changes_on_the_way_is_text_here_too(get):
    table = pq.read_table(io.BytesIO(get("parquet", **FEW).data))
    assert table.to_pydict() == {"i": [15002, 15001, 15000, 14999], "amount": ["NaN", "NaN", "1.50", "1.50"]}
    assert set(table.schema.metadata) >= {b"plumbline.run", b"plumbline.selection"}
    assert b"plumbline.evidence" not in table.schema.metadata, "evidence is of the whole result"
    sheets = openpyxl.load_workbook(io.BytesIO(get("xlsx", **FEW).data))
    assert [cell.value for cell in sheets["Result"]["B"]] == ["amount", "NaN", "NaN", 1.5, 1.5]
    assert dict(sheets["About"].iter_rows(values_only=True))["Rows"] == "4"


def test_a_whole_result_in_another_order(get):
    rows = get("csv", sort=FEW["sort"]).text.splitlines()[1:]
    assert [int(row.split(",")[0]) for row in rows] == list(range(25_000, 0, -1))


@pytest.mark.parametrize("format", FORMATS)
def test_nothing_that_matches_is_an_empty_file(get, format):
    answer = get(format, search="zebra")
    assert answer.status_code == 200 and answer.headers["Plumbline-Row-Count"] == "0"
    if format == "arrow":
        assert pa.ipc.open_file(answer.data).read_all().num_rows == 0


def test_what_is_wrong_is_named_at_its_place(browse, alice, bob, charlie, run):
    path = f"/v1/runs/{run.id}/export"
    bad = {"filter": json.dumps([{"column": "zebra", "op": "is_null"}])}
    answer = browse(alice).api("GET", path, query_string=bad)
    assert answer.status_code == 422 and "filter.0.column" in answer.json["fields"]
    for stranger in (charlie, bob):  # a viewer does not see what an editor wrote and did not save
        assert browse(stranger).api("GET", path, query_string=FEW).status_code == 404
