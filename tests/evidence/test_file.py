"""A result in a file is checked against its evidence alone: no server, no database."""

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from app.evidence.envelope import NamedColumn, write
from app.evidence.file import Unreadable, verify_file
from app.evidence.frontier import Frontier
from app.evidence.hashing import output_hash
from app.evidence.report import Asked, Report, Source
from app.evidence.verify import Outcome

COLUMNS = [
    NamedColumn("carrier", "text", "text"),
    NamedColumn("carrier", "text", "text"),
    NamedColumn("amount", "numeric(6,2)", "decimal"),
]
TABLE = pa.Table.from_arrays(
    [
        pa.array(["AA", None, "UA"]),
        pa.array(["x", "", "y"]),
        pa.array([Decimal("1.50"), None, Decimal("-2.00")], pa.decimal128(6, 2)),
    ],
    names=[column.name for column in COLUMNS],
)


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    digest = "sha256:" + output_hash(COLUMNS, TABLE.to_batches(max_chunksize=2))
    written = write(
        Report(Asked(1, "select", (), 1, 1, 1), (Source(1, "postgres", ()),), Frontier("0/1"), digest)
    )
    columns = [{"name": c.name, "type": c.type, "kind": c.kind} for c in COLUMNS]
    body = {
        "body": json.loads(written.body),
        "body_hash": written.body_hash,
        "columns": columns,
        "row_count": 3,
    }
    file = tmp_path / "evidence.json"
    file.write_text(json.dumps(body, indent=2))
    return file


def save(table: pa.Table, form: str, file: Path) -> Path:
    if form == "parquet":
        pq.write_table(table, file, compression="zstd", row_group_size=2)
        return file
    new = pa.ipc.new_file if form == "file" else pa.ipc.new_stream
    with new(str(file), table.schema) as writer:
        writer.write_table(table, max_chunksize=1)
    return file


@pytest.mark.parametrize("form", ["parquet", "file", "stream"])
def test_a_file_of_the_same_values_passes(evidence, tmp_path, form):
    assert verify_file(save(TABLE, form, tmp_path / "result"), evidence).passed


@pytest.mark.parametrize("form", ["parquet", "file", "stream"])
def test_a_file_of_other_values_differs(evidence, tmp_path, form):
    other = TABLE.set_column(1, "carrier", pa.array(["x", "", "z"]))
    verdict = verify_file(save(other, form, tmp_path / "result"), evidence)
    assert (verdict.outcome, verdict.field) == (Outcome.DIFFERS, "output_hash")


def test_the_first_difference_is_named(evidence, tmp_path):
    renamed = TABLE.rename_columns(["carrier", "carrier", "sum"])
    assert verify_file(save(renamed, "parquet", tmp_path / "a"), evidence).field == "columns"
    assert verify_file(save(TABLE.slice(1), "parquet", tmp_path / "b"), evidence).field == "row_count"
    changed = json.loads(evidence.read_text())
    changed["body"]["output_hash"] = "sha256:" + "0" * 64
    evidence.write_text(json.dumps(changed))
    assert verify_file(save(TABLE, "parquet", tmp_path / "c"), evidence).field == "body_hash"


def test_other_files_are_refused_in_words(evidence, tmp_path):
    text = tmp_path / "result.csv"
    text.write_text("a,b\n1,2\n")
    with pytest.raises(Unreadable, match="neither Arrow nor Parquet"):
        verify_file(text, evidence)
    with pytest.raises(Unreadable, match="no evidence"):
        verify_file(save(TABLE, "parquet", tmp_path / "d"), text)
    half = save(TABLE, "parquet", tmp_path / "e")
    half.write_bytes(half.read_bytes()[:-20])
    with pytest.raises(Unreadable):
        verify_file(half, evidence)


def test_the_command_needs_neither_settings_nor_servers(evidence, tmp_path):
    file = save(TABLE, "parquet", tmp_path / "result.parquet")
    plumb = Path(sys.executable).with_name("plumb")
    command = [plumb, "evidence", "verify", "--result", file, "--evidence", evidence]
    done = subprocess.run(command, capture_output=True, text=True, env={}, cwd=tmp_path, check=False)
    assert (done.returncode, done.stdout) == (0, "pass\n"), done.stderr
    save(TABLE.slice(1), "parquet", file)
    done = subprocess.run(command, capture_output=True, text=True, env={}, cwd=tmp_path, check=False)
    assert done.returncode == 1 and done.stdout.startswith("differs: row_count")
