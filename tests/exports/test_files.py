"""What a download says, whom it serves, and what becomes of one that cannot be."""

import csv
import gzip
import io
import re
import subprocess
from datetime import UTC, datetime

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from sqlalchemy import delete, update

from app.core import db
from app.evidence.file import verify_file
from app.exports.formats import FORMATS
from app.exports.name import disposition, file_name
from app.queries.models import Query, QueryVersion
from app.runs.execute import execute_run
from app.runs.models import ResultChunk, Run
from tests.makers import make_query, read_run, run_now, start

MANY = "select i, 'row ' || i as text from generate_series(1, 25000) i"
CHANGING = """select case when i > 15000 then 'NaN' else '1.50' end::numeric(5,2) as amount, i,
    case when i > 15000 then 'infinity' else '2024-02-29 12:00' end::timestamptz as moment
    from generate_series(1, 25000) i"""


def get(browser, run_id: int, format: str, coding: str = "", **headers: str):
    headers = {"Accept-Encoding": coding} | {name.replace("_", "-"): value for name, value in headers.items()}
    return browser.client.get(f"/runs/{run_id}/export.{format}", headers=headers)


@pytest.mark.parametrize("format", FORMATS)
def test_a_stranger_gets_404_and_a_viewer_his_file(browse, alice, bob, charlie, source, format):
    run = run_now(alice, source, "select 1 as one")
    assert get(browse(bob), run.id, format).status_code == 404, "no saved query says this"
    make_query(alice, source, "select 1 as one")
    assert get(browse(charlie), run.id, format).status_code == 404
    assert browse(charlie).api("GET", f"/v1/runs/{run.id}/export?format={format}").status_code == 404
    assert browse(None).get(f"/runs/{run.id}/export.{format}").status_code == 303
    answer = get(browse(bob), run.id, format)
    assert "Content-Length" not in answer.headers, "it is streamed"
    assert answer.status_code == 200 and answer.data
    assert answer.headers["Content-Disposition"] == f'attachment; filename="run-{run.id}.{format}"'
    assert answer.headers["Content-Type"] == FORMATS[format].media_type
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert browse(bob).api("GET", f"/v1/runs/{run.id}/export?format={format}").data == answer.data


def test_csv_is_what_copy_writes(browse, alice, source, source_url, servers):
    sql = """select i, i * 1.5::float8 as half, (i * 1.37)::numeric(12,2) as amount, null as nothing,
        '' as empty, timestamptz '2020-01-01 UTC' + i * interval '1.25 s' as at,
        date '2020-01-01' + i as day,
        E'a "b",\\n' || i as "text, so", '\\x00ff'::bytea as bytes, '\\.' as dot
        from generate_series(1, 12345) i"""
    run = run_now(alice, source, sql)
    psql = [servers[0].bin_dir / "psql", source_url, "-qXAt", "-c", "set timezone = 'UTC'"]
    copy = ["-c", f"\\copy ({' '.join(sql.split())}) to stdout (format csv, header)"]
    sql_lines = subprocess.run([*psql, *copy], capture_output=True, check=True).stdout
    assert get(browse(alice), run.id, "csv").data == sql_lines


def test_every_row_of_many_chunks_arrives(browse, alice, source):
    run = run_now(alice, source, MANY)
    expected = [[str(i), f"row {i}"] for i in range(1, 25001)]
    assert list(csv.reader(io.StringIO(get(browse(alice), run.id, "csv").text)))[1:] == expected
    lines = get(browse(alice), run.id, "ndjson").data.splitlines()
    assert [[str(each["i"]), each["text"]] for each in map(orjson.loads, lines)] == expected
    assert len(orjson.loads(get(browse(alice), run.id, "json").data)) == 25_000


@pytest.mark.parametrize("format", ["parquet", "arrow"])
def test_a_type_that_changes_on_the_way_is_text_throughout(browse, alice, source, tmp_path, format):
    run = run_now(alice, source, CHANGING)
    file, evidence = tmp_path / "result", tmp_path / "evidence"
    file.write_bytes(get(browse(alice), run.id, format).data)
    evidence.write_bytes(browse(alice).api("GET", f"/v1/runs/{run.id}/evidence").data)
    assert verify_file(file, evidence).passed
    assert verify_file(file, file).passed, "the file carries its evidence"
    table = pq.read_table(file) if format == "parquet" else pa.ipc.open_file(file).read_all()
    assert table.schema.types == [pa.string(), pa.int32(), pa.string()]
    assert table.slice(14_999, 2).to_pylist() == [
        {"amount": "1.50", "i": 15_000, "moment": "2024-02-29 12:00:00+00"},
        {"amount": "NaN", "i": 15_001, "moment": "infinity"},
    ]


@pytest.mark.parametrize("format", ["parquet", "arrow"])
@pytest.mark.parametrize(
    "sql",
    [
        "select 1 as a, 1.5::numeric(4,2) as a, now() as a where false",
        "select true b, 1::real r, current_date d, 'x'::bytea y, 1.5::numeric n, '{}'::jsonb j where false",
        "select 1 as a, 'two' as a, null as a",
    ],
)
def test_no_rows_and_one_name_for_all(browse, alice, source, tmp_path, format, sql):
    run = run_now(alice, source, sql)
    file = tmp_path / "result"
    file.write_bytes(get(browse(alice), run.id, format).data)
    assert verify_file(file, file).passed


def test_columns_of_one_name_and_no_rows(browse, alice, source):
    run = run_now(alice, source, "select 1 as a, 2 as a, 3 as a_2, 4 as a")
    assert get(browse(alice), run.id, "csv").text == "a,a,a_2,a\n1,2,3,4\n"
    assert get(browse(alice), run.id, "ndjson").text == '{"a":1,"a_3":2,"a_2":3,"a_4":4}\n'
    empty = run_now(alice, source, "select 1 as a where false")
    assert get(browse(alice), empty.id, "json").json == []
    assert get(browse(alice), empty.id, "ndjson").text == ""
    assert get(browse(alice), empty.id, "tsv").text == "a\n"


@pytest.mark.parametrize("format", ["csv", "json", "arrow"])
def test_the_wire_is_compressed_where_the_client_takes_it(browse, alice, source, format):
    run = run_now(alice, source, MANY)
    plain = get(browse(alice), run.id, format)
    zstd = get(browse(alice), run.id, format, "gzip, deflate, br, zstd")
    gzipped = get(browse(alice), run.id, format, "gzip, deflate")
    assert "Content-Encoding" not in plain.headers
    assert zstd.headers["Content-Encoding"] == "zstd"
    assert zstandard.ZstdDecompressor().decompressobj().decompress(zstd.data) == plain.data
    assert gzipped.headers["Content-Encoding"] == "gzip" and gzip.decompress(gzipped.data) == plain.data
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert len({answer.headers["ETag"] for answer in (plain, zstd, gzipped)}) == 3
    assert "Content-Encoding" not in get(browse(alice), run.id, "parquet", "gzip, zstd").headers
    assert "Content-Encoding" not in get(browse(alice), run.id, format, "zstd;q=0").headers


def test_who_has_it_is_told_so(browse, alice, charlie, source):
    run = run_now(alice, source, "select 1")
    tag = get(browse(alice), run.id, "csv").headers["ETag"]
    again = get(browse(alice), run.id, "csv", If_None_Match=tag)
    assert again.status_code == 304 and not again.data and again.headers["ETag"] == tag
    assert get(browse(charlie), run.id, "csv", If_None_Match=tag).status_code == 404
    head = browse(alice).client.head(f"/runs/{run.id}/export.csv")
    assert head.status_code == 200 and not head.data and head.headers["Plumbline-Row-Count"] == "1"


def test_a_cut_result_says_so_beside_its_rows(browse, alice, source, tmp_path):
    run = run_now(alice, source, MANY, max_rows=10)
    answer = get(browse(alice), run.id, "csv")
    assert answer.headers["Plumbline-Truncated-By"] == "rows"
    assert f"run-{run.id}-truncated.csv" in answer.headers["Content-Disposition"]
    assert answer.text.count("\n") == 11
    file = tmp_path / "result"
    file.write_bytes(get(browse(alice), run.id, "parquet").data)
    assert pq.read_schema(file).metadata[b"plumbline.truncated_by"] == b"rows"
    assert verify_file(file, file).passed


def test_a_run_without_rows_is_a_conflict(browse, alice, source):
    moving, failed = start(alice, source, "select 1"), run_now(alice, source, "select nonsense").id
    for run_id in (moving, failed):
        assert get(browse(alice), run_id, "csv").status_code == 409
        answer = browse(alice).api("GET", f"/v1/runs/{run_id}/export")
        assert answer.status_code == 409 and answer.json["code"] == "conflict"


def test_an_expired_result_is_gone(browse, alice, source):
    run = run_now(alice, source, "select 1")
    with db.transaction() as session:
        session.execute(update(Run).where(Run.id == run.id).values(result_deleted_at=datetime.now(UTC)))
        session.execute(delete(ResultChunk).where(ResultChunk.run_id == run.id))
    answer = get(browse(alice), run.id, "csv")
    assert answer.status_code == 410 and "expired" in answer.text and "Run it again" in answer.text
    assert browse(alice).api("GET", f"/v1/runs/{run.id}/export").json["code"] == "result_expired"


def test_what_breaks_on_the_way_is_no_shorter_file(browse, alice, source):
    run = run_now(alice, source, MANY)
    with db.transaction() as session:
        session.execute(
            delete(ResultChunk).where(ResultChunk.run_id == run.id, ResultChunk.first_row > 15_000)
        )
    with pytest.raises(Exception, match="Of 25,000 rows 20,000"):
        _ = get(browse(alice), run.id, "csv").data


def test_what_cannot_be_asked_is_refused_at_its_name(browse, alice, source):
    run = run_now(alice, source, "select 1")
    answer = browse(alice).api("GET", f"/v1/runs/{run.id}/export?format=pdf")
    assert answer.status_code == 422 and "csv, tsv" in answer.json["fields"]["format"]
    answer = browse(alice).api("GET", f"/v1/runs/{run.id}/export?formulas=yes")
    assert answer.status_code == 422 and answer.json["fields"] == {"formulas": "Use defuse or keep."}
    assert get(browse(alice), run.id, "pdf").status_code == 404


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Flights by carrier", "Flights-by-carrier-run-42.csv"),
        ("../../etc/passwd", "etc-passwd-run-42.csv"),
        ('a"; filename="b.exe', "a-filename-b.exe-run-42.csv"),
        ("Zürich 東京", "Zürich-東京-run-42.csv"),
        ("\r\nSet-Cookie: a=b", "Set-Cookie-a-b-run-42.csv"),
        ("\u202efdp.exe", "fdp.exe-run-42.csv"),
        ("...", "run-42.csv"),
        ("x" * 500, "x" * 100 + "-run-42.csv"),
    ],
)
def test_hostile_names_are_made_safe(name, expected):
    run = Run(id=42, version=QueryVersion(query=Query(name=name)))
    assert file_name(run, "csv") == expected
    header = disposition(expected)
    assert header.isascii() and header.isprintable() and header.count('"') == 2


def test_a_name_in_any_script_comes_with_one_in_ascii():
    assert disposition("Zürich-run-42.csv") == (
        "attachment; filename=\"Zurich-run-42.csv\"; filename*=UTF-8''Z%C3%BCrich-run-42.csv"
    )
    assert disposition("東京-run-42.csv").startswith('attachment; filename="run-42.csv"; ')


def test_a_saved_querys_name_is_in_the_file_name(browse, alice, source):
    query = make_query(alice, source, "select 1 as one", "Flights by carrier")
    run_id = browse(alice).api("POST", "/v1/runs", {"query_id": query.id}).json["id"]
    execute_run(run_id)
    assert read_run(run_id).state == "succeeded"
    answer = get(browse(alice), run_id, "csv")
    assert f'filename="Flights-by-carrier-run-{run_id}.csv"' in answer.headers["Content-Disposition"]


def test_the_page_offers_every_format_beside_the_result(browse, alice, source):
    run = run_now(alice, source, MANY, max_rows=10)
    page = browse(alice).get(f"/runs/{run.id}").text
    links = re.findall(rf'href="/runs/{run.id}/export\.(\w+)"', page)
    assert links == list(FORMATS)
    assert f"Run {run.id}: 10 rows" in page and "The beginning of a result that was cut" in page
    failed = run_now(alice, source, "select nonsense")
    assert "export.csv" not in browse(alice).get(f"/runs/{failed.id}").text
