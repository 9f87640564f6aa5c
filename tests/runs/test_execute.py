"""One run from queued to its final state, against a real server."""

import threading

import psycopg
import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError

from app.accounts.allow import Actor
from app.core import db
from app.datasources.connectors.base import FailureReason
from app.datasources.models import Datasource
from app.runs.claim import claim, signature
from app.runs.evidence.account import Account
from app.runs.execute import execute_run
from app.runs.models import ResultChunk, ResultColumn, Run, RunState
from app.runs.settle import ClaimLost, fail, succeed
from tests.makers import read_run, run_now, start


def test_a_run_ends_with_its_rows_counts_and_times(alice: Actor, source: Datasource) -> None:
    run = run_now(alice, source, "select i, i::text as t from generate_series(1, 3) i")
    assert (run.state, run.row_count, run.truncated_by) == ("succeeded", 3, None)
    assert run.byte_count and run.byte_count > 0
    assert run.started_at and run.finished_at and run.queued_at <= run.started_at <= run.finished_at
    with db.new_session() as session:
        columns = session.scalars(select(ResultColumn).where(ResultColumn.run_id == run.id)).all()
    assert [(c.name, c.type, c.kind) for c in columns] == [("i", "integer", "integer"), ("t", "text", "text")]


def test_values_are_bound_and_never_pasted(alice: Actor, source: Datasource) -> None:
    run = run_now(alice, source, "select {{ word }} as word", {"word": "' || current_user || '"})
    assert _cells(run.id) == [["' || current_user || '"]]


@pytest.mark.parametrize(
    ("sql", "reason", "position"),
    [
        ("select\n  nope from pg_class", "syntax", 10),
        ("select {{ n }}::int, nope", "syntax", 22),
        ("select 'é', nope", "syntax", 13),
        ("select 1 / {{ n }}::int - 1 / ({{ n }}::int - 5)", "query", None),
        ("create table x (a int)", "denied", None),
        ("select 1; select 2", "syntax", None),
    ],
)
def test_a_failure_says_why_and_where(
    alice: Actor, source: Datasource, sql: str, reason: str, position: int | None
) -> None:
    run = run_now(alice, source, sql, {"n": 5} if "{{" in sql else {})
    assert (run.state, run.failure_reason, run.failure_position) == ("failed", reason, position)
    assert run.failure_message
    assert _chunks(run.id) == 0


def test_a_result_beyond_the_row_limit_is_cut_and_says_so(alice: Actor, source: Datasource) -> None:
    run = run_now(alice, source, "select generate_series(1, 50000)", max_rows=12345)
    assert (run.state, run.row_count, run.truncated_by) == ("succeeded", 12345, "rows")


def test_a_result_of_exactly_the_row_limit_is_whole(alice: Actor, source: Datasource) -> None:
    run = run_now(alice, source, "select generate_series(1, 100)", max_rows=100)
    assert (run.row_count, run.truncated_by) == (100, None)


def test_a_result_beyond_the_byte_limit_is_cut_and_says_so(alice: Actor, source: Datasource) -> None:
    run = run_now(
        alice, source, "select repeat('x', 1000) from generate_series(1, 50000)", max_bytes=3_000_000
    )
    assert (run.state, run.truncated_by) == ("succeeded", "bytes")
    assert run.row_count and run.row_count < 50_000
    assert run.byte_count and run.byte_count <= 3_000_000


def test_a_run_over_its_time_limit_is_timed_out(alice: Actor, source: Datasource) -> None:
    run = run_now(alice, source, "select pg_sleep(30)", timeout_s=1)
    assert (run.state, run.failure_reason) == ("timed_out", "timeout")


def test_a_second_worker_with_the_same_job_changes_nothing(alice: Actor, source: Datasource) -> None:
    run = run_now(alice, source, "select 1")
    execute_run(run.id)
    again = read_run(run.id)
    assert (again.started_at, again.finished_at, again.worker) == (
        run.started_at,
        run.finished_at,
        run.worker,
    )
    assert _chunks(run.id) == 1


def test_two_workers_at_once_make_one_result(alice: Actor, source: Datasource) -> None:
    run_id = start(alice, source, "select i from (select pg_sleep(0.1)) s, generate_series(1, 30000) i")
    workers = [threading.Thread(target=execute_run, args=(run_id,)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert read_run(run_id).row_count == 30_000
    with db.new_session() as session:
        rows = session.scalar(select(func.sum(ResultChunk.row_count)).where(ResultChunk.run_id == run_id))
    assert rows == 30_000


def test_a_worker_that_lost_its_claim_stores_nothing(alice: Actor, source: Datasource) -> None:
    run_id = start(alice, source, "select 1")
    claimed = claim(run_id)
    assert claimed
    with db.transaction() as session:
        session.execute(update(Run).where(Run.id == run_id).values(worker="another"))
    with pytest.raises(ClaimLost), db.engine().begin() as connection:
        report = Account(claimed).of_success(None, None)
        counts = {"row_count": 0, "byte_count": 0, "truncated_by": None}
        succeed(connection, run_id, claimed.worker, columns=(), report=report, **counts)
    with pytest.raises(ClaimLost):
        fail(run_id, claimed.worker, FailureReason.QUERY, "late", report)
    assert read_run(run_id).state == RunState.RUNNING


def test_a_datasource_that_goes_away_while_a_query_runs_is_unreachable(
    alice: Actor, source: Datasource, source_url: str
) -> None:
    run_id = start(alice, source, "select pg_sleep(20)")
    worker = threading.Thread(target=execute_run, args=(run_id,))
    worker.start()
    _kill_backend(source_url, run_id)
    worker.join()
    run = read_run(run_id)
    assert (run.state, run.failure_reason) == ("failed", "unreachable")
    assert "terminat" in (run.failure_message or "")


def test_an_impossible_row_cannot_be_written(alice: Actor, source: Datasource) -> None:
    run_id = start(alice, source, "select 1")
    with pytest.raises(IntegrityError), db.transaction() as session:
        session.execute(update(Run).where(Run.id == run_id).values(state="succeeded"))
    with pytest.raises(IntegrityError), db.transaction() as session:
        session.execute(text("update runs set started_at = now() where id = :id"), {"id": run_id})


def test_a_query_is_signed_for_the_database_administrator(alice: Actor, source: Datasource) -> None:
    run = run_now(alice, source, "select query from pg_stat_activity where pid = pg_backend_pid()")
    assert f"{signature(run.id, run.worker or '')}query=none user=alice@example.com" in str(_cells(run.id))


def _kill_backend(source_url: str, run_id: int) -> None:
    with psycopg.connect(source_url, autocommit=True) as other:
        for _ in range(200):
            killed = other.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where query like %s and state = 'active' and pid <> pg_backend_pid()",
                (f"%run={run_id} %pg_sleep%",),
            ).fetchall()
            if killed:
                return
            threading.Event().wait(0.05)
    raise AssertionError("the query never showed up")


def _chunks(run_id: int) -> int:
    with db.new_session() as session:
        return session.scalar(select(func.count()).where(ResultChunk.run_id == run_id)) or 0


def _cells(run_id: int) -> list[list[object]]:
    from app.runs.results import window

    with db.new_session() as session:
        return window(session, session.get_one(Run, run_id), 0, 10)
