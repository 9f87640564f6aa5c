"""`plumb check`: it finds what is not as it must be, and mends what can be mended."""

import pyarrow as pa
import pytest
from click.testing import CliRunner
from sqlalchemy import text

from app.cli import plumb
from app.core import db
from app.runs.chunks import decode, encode
from tests.makers import make_datasource, read_run, run_now

SQL = "select n, n * 2 as twice from generate_series(1, 50) n"


@pytest.fixture
def runs(environment, monkeypatch, dana, alice, connection_fields):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    source = make_datasource(dana, connection_fields)
    return [run_now(alice, source, sql) for sql in (SQL, SQL + " where n > 10", "select nothing")]


def check(*options):
    answer = CliRunner().invoke(plumb, ["check", *options])
    return answer.exit_code, answer.output


def do(sql, **values):
    with db.transaction() as session:
        return session.execute(text(sql), values)


def chunks(run):
    with db.new_session() as session:
        return session.scalar(text("select count(*) from result_chunks where run_id = :id"), {"id": run.id})


def test_all_is_well_where_nothing_was_broken(runs):
    assert check("--all") == (0, "All is well.\n")


def test_dangling_chunks_are_found_and_deleted(runs):
    good, _, failed = runs
    do(
        "insert into result_chunks (run_id, first_row, row_count, raw_bytes, data)"
        " select :failed, 0, row_count, raw_bytes, data from result_chunks where run_id = :good",
        failed=failed.id,
        good=good.id,
    )
    code, said = check()
    assert (code, f"run {failed.id}: 1 chunks of a run that is failed" in said, chunks(failed)) == (
        1,
        True,
        1,
    )
    code, said = check("--apply")
    assert (code, "They are deleted" in said, chunks(failed), chunks(good)) == (0, True, 0, 1)
    assert check() == (0, "All is well.\n")


def test_a_wrong_count_is_set_right_where_the_evidence_agrees(runs):
    good = runs[0]
    do("update runs set row_count = 7, byte_count = 3 where id = :id", id=good.id)
    assert check("--evidence", "0")[0] == 1
    assert read_run(good.id).row_count == 7
    code, said = check("--apply")
    assert (code, "The run says what its chunks hold" in said) == (0, True)
    assert (read_run(good.id).row_count, read_run(good.id).byte_count) == (50, good.byte_count)


def test_a_result_that_is_not_what_was_hashed_is_set_aside(runs, browse, alice):
    good, other, _ = runs
    batch = decode(bytes(do("select data from result_chunks where run_id = :id", id=good.id).scalar()))
    changed = batch.take(pa.array(range(batch.num_rows - 1, -1, -1)))
    do("update result_chunks set data = :data where run_id = :id", id=good.id, data=encode(changed))
    code, said = check()
    assert (code, f"run {good.id}: its output_hash was" in said, chunks(good)) == (1, True, 1)
    code, said = check("--apply")
    assert (code, "nobody is shown them" in said, chunks(good)) == (0, True, 0)
    assert read_run(good.id).result_deleted_at and read_run(good.id).state == "succeeded"
    assert browse(alice).api("GET", f"/v1/runs/{good.id}/rows").status_code == 410
    assert (check(), chunks(other)) == ((0, "All is well.\n"), 1)


def test_rows_of_another_shape_are_not_what_was_hashed(runs):
    do(
        "update result_chunks set data = :data where run_id = :id",
        id=runs[0].id,
        data=encode(pa.record_batch({"n": pa.array(range(50))})),
    )
    assert "now: A batch has 1 column" in check("--apply")[1]
    assert (read_run(runs[0].id).result_deleted_at is not None, chunks(runs[0])) == (True, 0)


def test_a_report_that_was_changed_is_told_and_left(runs):
    body = do("select body from evidence_reports where run_id = :id", id=runs[0].id).scalar()
    do("update evidence_reports set body = :body where run_id = :id", id=runs[0].id, body=body + " ")
    do(
        "update evidence_reports set body_hash = replace(body_hash, '1', '2') where run_id = :id",
        id=runs[1].id,
    )
    code, said = check("--apply", "--all")
    assert (code, f"run {runs[1].id}: its body_hash was" in said, "from a backup" in said) == (1, True, True)
    assert chunks(runs[1]) == 1


def test_lost_rows_are_told_with_the_gap(runs):
    do("update result_chunks set first_row = 5 where run_id = :id", id=runs[0].id)
    code, said = check("--evidence", "0")
    assert (code, "with a gap" in said) == (1, True)
