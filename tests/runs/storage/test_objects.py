"""A large result lives in a bucket, and nobody who reads it can tell."""

import io
import zipfile
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import func, select, update

from app.accounts.allow import Actor
from app.core import db, runtime
from app.core.errors import Invalid
from app.datasources.models import Datasource
from app.exports.formats import FORMATS
from app.runs.models import ResultChunk, Run
from app.runs.results import all_batches, some_columns, window
from app.runs.storage.models import ResultUpload
from tests.makers import run_now
from tests.objects import BUCKET, ObjectStore

LARGE = (
    "select i, md5(i::text) as t, case when i % 7 > 0 then i * 0.5 end as n from generate_series(1, 45000) i"
)


def in_objects(run_id: int) -> int:
    with db.new_session() as session:
        return session.scalar(
            select(func.count()).where(ResultChunk.run_id == run_id, ResultChunk.upload_id.is_not(None))
        )


def test_a_large_result_goes_to_the_bucket_and_a_small_one_stays(alice, source, bucket):
    large, small = run_now(alice, source, LARGE), run_now(alice, source, "select 1")
    middle = run_now(alice, source, "select i from generate_series(1, 10500) i")
    assert (large.state, small.state, middle.state) == ("succeeded",) * 3
    assert in_objects(large.id) > 3
    assert (in_objects(small.id), in_objects(middle.id)) == (0, 0)
    keys = bucket.keys()
    assert len(keys) > 2 and all(key.startswith(f"here/run-{large.id}-") for key in keys)
    with db.new_session() as session:
        upload = session.scalars(select(ResultUpload)).one()
        assert (upload.run_id, upload.dropped_at) == (large.id, None) and upload.kept_at
        assert not session.scalar(
            select(func.count()).where(ResultChunk.data.is_not(None), ResultChunk.run_id == large.id)
        )


@pytest.fixture
def both(alice, source, bucket, settings, monkeypatch) -> tuple[Run, Run]:
    """The same result in the bucket and in Postgres."""
    stored = run_now(alice, source, LARGE)
    with monkeypatch.context() as without:
        without.setattr(runtime, "_settings", settings)
        plain = run_now(alice, source, LARGE)
    assert in_objects(stored.id) and not in_objects(plain.id)
    return stored, plain


@pytest.mark.parametrize(
    ("offset", "limit"), [(0, 50), (9_990, 20), (19_999, 10_000), (44_990, 200), (45_000, 1), (12_345, 1)]
)
def test_every_window_is_the_same_from_both(both, offset, limit):
    with db.new_session() as session:
        stored, plain = (window(session, run, offset, limit) for run in both)
    assert stored == plain
    assert len(plain) == max(0, min(limit, 45_000 - offset))


def test_columns_and_batches_are_the_same_from_both(both):
    with db.new_session() as session:
        stored, plain = (some_columns(session, run, ["n", "i"], 30_000) for run in both)
        assert (stored.values, stored.cut) == (plain.values, plain.cut)
        one, other = (list(all_batches(session, run)) for run in both)
    assert one == other and sum(batch.num_rows for batch in one) == 45_000


def test_every_export_is_the_same_from_both(browse, alice, both):
    stored, _ = both
    for name in FORMATS:
        files = [browse(alice).get(f"/v1/runs/{run.id}/export?format={name}") for run in both]
        assert [file.status_code for file in files] == [200, 200], name
        assert f"run-{stored.id}.{name}" in files[0].headers["Content-Disposition"]
        assert _rows(name, files[0].data) == _rows(name, files[1].data), name


def _rows(name: str, data: bytes) -> Any:
    """What a file holds beside the number of its run."""
    if name == "xlsx":
        return zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
    if name == "parquet":
        return pq.read_table(io.BytesIO(data))
    return pa.ipc.open_file(data).read_all() if name == "arrow" else data


def test_sorting_and_filtering_are_the_same_from_both(browse, alice, both):
    asked = {"sort": '[{"column": "t"}]', "filter": '[{"column": "n", "op": "is_null"}]', "offset": 40}
    stored, plain = (
        browse(alice).get(f"/v1/runs/{run.id}/rows", query_string=asked | {"limit": 30}) for run in both
    )
    assert stored.status_code == plain.status_code == 200, stored.text
    assert stored.json["rows"] == plain.json["rows"] and len(plain.json["rows"]) == 30


def test_bad_windows_are_refused_alike(both):
    with db.new_session() as session:
        for run in both:
            with pytest.raises(Invalid):
                window(session, run, 45_001, 1)


def test_a_far_window_reads_one_range(alice, source, bucket):
    run = run_now(alice, source, LARGE)
    bucket.asked.clear()
    with db.new_session() as session:
        assert window(session, run, 35_000, 10)[0][0] == 35_001
    assert [method for method, _, _ in bucket.asked] == ["GET"]
    begin, end = bucket.asked[0][2].removeprefix("bytes=").split("-")
    assert int(end) - int(begin) < run.byte_count / 3


def test_the_pages_and_the_api_show_it(browse, alice, source, bucket):
    run = run_now(alice, source, LARGE)
    assert browse(alice).get(f"/runs/{run.id}").status_code == 200
    rows = browse(alice).get(f"/v1/runs/{run.id}/rows?offset=44999&limit=5").json
    assert rows["rows"][0][0] == 45_000
    assert (
        len(browse(alice).get(f"/v1/runs/{run.id}/columns?column=i&limit=20000").json["values"][0]) == 20_000
    )


def test_a_stranger_sees_nothing(browse, alice, charlie, source, bucket):
    run = run_now(alice, source, LARGE)
    for path in (f"/runs/{run.id}", f"/v1/runs/{run.id}/rows", f"/v1/runs/{run.id}/columns"):
        assert browse(charlie).get(path).status_code == 404


def test_what_was_stored_is_read_after_the_setting_has_gone(
    alice: Actor, source: Datasource, bucket: ObjectStore, settings, monkeypatch
) -> None:
    run = run_now(alice, source, LARGE)
    monkeypatch.setattr(runtime, "_settings", settings)
    with db.new_session() as session:
        assert window(session, run, 44_999, 1)[0][0] == 45_000


def verification_of(browser, run):
    return browser.post(f"/v1/runs/{run.id}/verification").json


def test_a_result_in_the_bucket_verifies(browse, alice, source, bucket):
    assert verification_of(browse(alice), run_now(alice, source, LARGE))["outcome"] == "pass"


def flip_a_byte(bucket: ObjectStore, key: str) -> None:
    data = bytearray(bucket.client.get_object(Bucket=BUCKET, Key=key)["Body"].read())
    data[len(data) // 2] ^= 1
    bucket.client.put_object(Bucket=BUCKET, Key=key, Body=bytes(data))


def shorten(bucket: ObjectStore, key: str) -> None:
    data = bucket.client.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    bucket.client.put_object(Bucket=BUCKET, Key=key, Body=data[:-100])


def remove(bucket: ObjectStore, key: str) -> None:
    bucket.client.delete_object(Bucket=BUCKET, Key=key)


@pytest.mark.parametrize("tamper", [flip_a_byte, shorten, remove])
def test_an_object_that_was_tampered_with_does_not_verify(browse, alice, source, bucket, tamper):
    run = run_now(alice, source, LARGE)
    tamper(bucket, bucket.keys()[1])
    found = verification_of(browse(alice), run)
    assert (found["outcome"], found["field"]) == ("differs", "output_hash")
    assert found["found"] != found["expected"]


def test_another_result_in_its_place_does_not_verify(browse, alice, source, bucket):
    run, other = run_now(alice, source, LARGE), run_now(alice, source, LARGE.replace("i * 0.5", "i * 0.25"))
    with db.transaction() as session:
        upload = session.scalars(select(ResultUpload).where(ResultUpload.run_id == other.id)).one()
        session.execute(
            update(ResultUpload).where(ResultUpload.run_id == run.id).values(folder=upload.folder)
        )
    assert verification_of(browse(alice), run)["outcome"] == "differs"
