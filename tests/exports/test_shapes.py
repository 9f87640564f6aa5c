"""Rows without columns, and columns without rows."""

import io

import orjson
import pyarrow as pa
import pytest

from app.exports.columnar import Sink, unified
from app.exports.formats import FORMATS
from app.exports.writer import Content
from app.runs.models import Run
from tests.exports.writing import column, written

THREE_EMPTY_ROWS = pa.RecordBatch.from_struct_array(pa.array([{}] * 3, pa.struct([])))


def empty_rows(format: str) -> bytes:
    writer = FORMATS[format].writer(Content(Run(id=42), [], [], 3))
    return b"".join([writer.begin(), writer.write(THREE_EMPTY_ROWS), writer.end()])


def test_rows_without_columns():
    assert empty_rows("csv") == b"\n\n\n\n"
    assert orjson.loads(empty_rows("json")) == [{}, {}, {}]
    assert empty_rows("ndjson") == b"{}\n{}\n{}\n"
    assert pa.ipc.open_file(empty_rows("arrow")).get_batch(0).num_rows == 3


@pytest.mark.parametrize(
    ("format", "expected"),
    [("csv", b"a,b\n"), ("tsv", b"a\tb\n"), ("json", b"[\n]\n"), ("ndjson", b"")],
)
def test_columns_without_rows(format, expected):
    assert written(format, [column("a"), column("b", "integer")]) == expected


def test_a_sink_hands_out_what_was_written_since():
    sink = Sink()
    sink.write(b"ab")
    sink.write(memoryview(b"c"))
    assert (sink.taken(), sink.taken(), sink.tell()) == (b"abc", b"", 3)


def test_a_column_is_text_where_it_is_text_anywhere():
    schema = pa.schema([("a", pa.string()), ("b", pa.int64())])
    batch = pa.RecordBatch.from_arrays([pa.array([1, None]), pa.array([1, 2])], names=["c0", "c1"])
    assert unified(batch, schema).to_pylist() == [{"a": "1", "b": 1}, {"a": None, "b": 2}]


def test_parquet_gathers_chunks_into_row_groups():
    import pyarrow.parquet as pq

    chunks = [[pa.array(range(10_000))] for _ in range(12)]
    file = pq.ParquetFile(io.BytesIO(written("parquet", [column("i", "integer")], *chunks)))
    assert [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)] == [
        50_000,
        50_000,
        20_000,
    ]
