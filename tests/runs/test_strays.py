"""What a lost run left in its datasource is stopped, where the server has not noticed itself."""

import threading
import time
from contextlib import suppress
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import update

from app.accounts.allow import Actor
from app.core import db, redis
from app.core.clock import now
from app.datasources.models import Datasource
from app.runs.claim import signature
from app.runs.execute import execute_run
from app.runs.models import Run
from app.runs.strays import stop_stray
from app.runs.sweep import sweep
from tests.makers import make_datasource, read_run, run_now, start


def test_a_lost_runs_query_is_stopped_in_the_datasource(
    alice: Actor, source: Datasource, source_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.runs.sweep.SILENT_AFTER", timedelta(milliseconds=1))
    lost = start(alice, source, "select pg_sleep(60)")
    worker = threading.Thread(target=execute_run, args=(lost,))
    worker.start()
    while not _active(source_url, lost):
        time.sleep(0.02)
    with db.transaction() as session:
        session.execute(update(Run).where(Run.id == lost).values(beat_at=now() - timedelta(minutes=1)))
    sweep()
    assert read_run(lost).state == "lost"
    assert redis.client().lrange("rq:queue:housekeeping", 0, -1) == [f"jobs_runs_stop_stray-{lost}".encode()]
    assert stop_stray(lost) == 1
    worker.join(10)
    assert not worker.is_alive()
    assert not _active(source_url, lost)
    assert read_run(lost).state == "lost"


def test_another_installations_run_of_the_same_number_is_left_alone(
    alice: Actor, source: Datasource, source_url: str
) -> None:
    lost = run_now(alice, source, "select 1").id
    with db.transaction() as session:
        lose = {"state": "lost", "failure_reason": "worker_lost", "row_count": None, "byte_count": None}
        session.execute(update(Run).where(Run.id == lost).values(lose))
    theirs = signature(lost, "another-host:7:00c0ffee")
    with psycopg.connect(source_url, autocommit=True) as other, psycopg.connect(source_url) as watch:
        asking = threading.Thread(target=_ask, args=(other, f"/* {theirs}*/ select pg_sleep(60)"))
        asking.start()
        while not _active(source_url, lost):
            time.sleep(0.02)
        assert stop_stray(lost) == 0
        assert _active(source_url, lost)
        assert watch.execute("select pg_cancel_backend(%s)", (other.info.backend_pid,)).fetchone() == (True,)
        asking.join(10)


def test_other_runs_are_left_alone(alice: Actor, source: Datasource) -> None:
    assert stop_stray(run_now(alice, source, "select 1").id) == 0
    assert stop_stray(4711) == 0


def test_a_datasource_that_is_away_stops_nobody(
    alice: Actor, dana: Actor, connection_fields: dict[str, str]
) -> None:
    away = make_datasource(dana, connection_fields | {"host": "127.0.0.1", "port": "1"}, "Away")
    run_id = start(alice, away, "select 1")
    with db.transaction() as session:
        session.execute(update(Run).where(Run.id == run_id).values(state="cancelled", finished_at=now()))
    assert stop_stray(run_id) == 0


def _ask(connection: psycopg.Connection, sql: str) -> None:
    with suppress(psycopg.errors.QueryCanceled):
        connection.execute(sql)


def _active(source_url: str, run_id: int) -> bool:
    with psycopg.connect(source_url, autocommit=True) as other:
        sql = "select from pg_stat_activity where query like %s and state = 'active'"
        return bool(other.execute(sql, (f"/* plumbline run={run_id} %",)).fetchall())
