"""A store that fails leaves no half result, and takes no more of a page with it than the rows."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app.core import db
from app.runs import store
from app.runs.cancel import cancel_run
from app.runs.claim import claim
from app.runs.execute import execute_run
from app.runs.models import ResultChunk, ResultColumn, Run
from app.runs.storage import objects
from app.runs.storage.models import ResultUpload
from app.runs.storage.uploads import GRACE, begin, sweep_uploads
from tests.makers import read_run, run_now, start
from tests.runs.storage.test_objects import LARGE


def left_of(run_id: int) -> dict[str, int]:
    with db.new_session() as session:
        count = {
            model.__name__: session.scalar(select(func.count()).where(model.run_id == run_id))
            for model in (ResultChunk, ResultColumn, ResultUpload)
        }
    return {name: number for name, number in count.items() if number}


def assert_not_stored(run: Run) -> None:
    assert (run.state, run.failure_reason, run.row_count) == ("failed", "not_stored", None)
    assert "none of it is kept" in run.failure_message


@pytest.mark.parametrize("status", ["500 Internal Server Error", "403 Forbidden", "404 Not Found"])
def test_a_store_that_refuses_fails_the_run_and_says_so(alice, source, bucket, status):
    bucket.refuse = {"PUT": status}
    run = run_now(alice, source, LARGE)
    assert_not_stored(run)
    assert left_of(run.id) == {}
    bucket.refuse = {}
    assert run_now(alice, source, LARGE).state == "succeeded"


def test_a_store_that_dies_half_way_leaves_no_half_result(browse, alice, source, bucket):
    bucket.die_after = 2
    run = run_now(alice, source, LARGE)
    assert_not_stored(run)
    assert left_of(run.id) == {"ResultUpload": 1}
    page = browse(alice).get(f"/runs/{run.id}").text
    assert "The result could not be stored" in page
    codes = [f["code"] for f in browse(alice).get(f"/v1/runs/{run.id}/evidence").json["body"]["findings"]]
    assert "projection_failed" in codes
    bucket.die_after = None
    bucket.start()
    assert len(bucket.keys()) == 2
    assert sweep_uploads() == 2
    assert (bucket.keys(), left_of(run.id)) == ([], {})


def test_a_run_that_is_cancelled_while_it_is_stored_leaves_no_objects(alice, source, bucket, monkeypatch):
    run_id = start(alice, source, LARGE)
    real = store.writer_for

    def cancelled_meanwhile(connection, run_id):
        with db.transaction() as session:
            cancel_run(session, alice, session.get_one(Run, run_id))
        return real(connection, run_id)

    monkeypatch.setattr(store, "writer_for", cancelled_meanwhile)
    execute_run(run_id)
    assert read_run(run_id).state == "cancelled"
    assert (bucket.keys(), left_of(run_id)) == ([], {})


def test_objects_of_a_dead_worker_are_swept_and_those_of_a_living_one_are_not(alice, source, bucket):
    kept = run_now(alice, source, LARGE)
    run_id = start(alice, source, LARGE)
    claimed = claim(run_id)
    upload = begin(run_id, "s3://results/here")
    bucket.client.put_object(Bucket="results", Key=f"here/{upload.key(0)}", Body=b"x")
    before = len(bucket.keys())
    with db.transaction() as session:
        old = ResultUpload.began_at - GRACE - timedelta(seconds=1)
        session.execute(update(ResultUpload).values(began_at=old))
    assert claimed and sweep_uploads() == 0
    with db.transaction() as session:
        session.execute(update(Run).where(Run.id == run_id).values(worker="another"))
    assert sweep_uploads() == 1
    assert len(bucket.keys()) == before - 1
    assert left_of(run_id) == {} and left_of(kept.id)["ResultUpload"] == 1


def test_an_upload_that_was_given_up_cannot_become_a_result(alice, source, bucket, monkeypatch):
    real = objects.keep

    def given_up(connection, upload):
        with db.transaction() as session:
            session.execute(update(ResultUpload).values(dropped_at=func.now()))
            session.execute(update(Run).values(worker="another"))
        real(connection, upload)

    monkeypatch.setattr(objects, "keep", given_up)
    run_id = start(alice, source, LARGE)
    execute_run(run_id)
    assert read_run(run_id).state == "running" and left_of(run_id) == {"ResultUpload": 1}
    sweep_uploads()
    assert (left_of(run_id), bucket.keys()) == ({}, [])


def test_a_store_that_is_away_costs_the_rows_and_not_the_page(browse, alice, source, bucket):
    run = run_now(alice, source, LARGE)
    bucket.stop()
    rows = browse(alice).get(f"/v1/runs/{run.id}/rows")
    assert (rows.status_code, rows.json["code"]) == (503, "result_store_unavailable")
    assert rows.content_type == "application/problem+json"
    assert browse(alice).get(f"/v1/runs/{run.id}/columns").status_code == 503
    for format in ("csv", "xlsx", "parquet"):
        assert browse(alice).get(f"/v1/runs/{run.id}/export?format={format}").status_code == 503
    assert browse(alice).post(f"/v1/runs/{run.id}/verification").status_code == 503
    page = browse(alice).get(f"/runs/{run.id}")
    assert page.status_code == 200
    assert "does not answer" in page.text and "Hash of this report" in page.text
    bucket.start()
    assert browse(alice).get(f"/v1/runs/{run.id}/rows").status_code == 200


def test_a_sweep_while_the_store_is_away_tries_again_later(alice, source, bucket):
    bucket.die_after = 1
    run = run_now(alice, source, LARGE)
    assert sweep_uploads() == 0
    assert left_of(run.id) == {"ResultUpload": 1}


def test_a_missing_object_is_said_to_be_missing(browse, alice, source, bucket):
    run = run_now(alice, source, LARGE)
    for key in bucket.keys():  # noqa: SIM118 - this is no dict
        bucket.client.delete_object(Bucket="results", Key=key)
    answer = browse(alice).get(f"/v1/runs/{run.id}/rows")
    assert (answer.status_code, answer.json["code"]) == (500, "result_damaged")
    assert browse(alice).get(f"/runs/{run.id}").status_code == 200
