"""What a lost run left in its datasource is stopped, where the server has not noticed itself."""

import threading
import time
from contextlib import suppress
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import select, update

from app.accounts.allow import Actor
from app.core import db, redis
from app.core.clock import now
from app.datasources.models import Datasource
from app.runs.claim import signature
from app.runs.execute import execute_run
from app.runs.models import Run, Stray
from app.runs.strays import remind_of_strays, stop_stray
from app.runs.sweep import sweep
from tests.makers import make_datasource, read_run, run_now, start

MINUTE = timedelta(minutes=1)


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
    assert _strays() == [lost]  # until it is seen to be gone
    worker.join(10)
    assert not worker.is_alive()
    assert not _active(source_url, lost)
    assert read_run(lost).state == "lost"
    assert (stop_stray(lost), _strays()) == (0, [])


def test_what_could_not_be_stopped_is_tried_again_ever_more_rarely_and_not_for_ever(
    alice: Actor, dana: Actor, connection_fields: dict[str, str]
) -> None:
    away = make_datasource(dana, connection_fields | {"host": "127.0.0.1", "port": "1"}, "Away")
    lost = start(alice, away, "select 1", timeout_s=600)
    silent = {"state": "running", "worker": "host:7:c0ffee", "started_at": now(), "beat_at": now() - MINUTE}
    with db.transaction() as session:
        session.execute(update(Run).where(Run.id == lost).values(silent))
    sweep()
    redis.client().flushall()  # the job is lost
    waits = []
    for _ in range(7):
        with db.transaction() as session:
            stray = session.get_one(Stray, lost)
            stray.look_at = begun = now()
        assert remind_of_strays() == 1
        assert remind_of_strays() == 0
        redis.client().flushall()
        with db.new_session() as session:
            waits.append(round((session.get_one(Stray, lost).look_at - begun).total_seconds()))
    assert waits == sorted(waits)
    assert 60 <= waits[-1] < 120
    assert stop_stray(lost) == 0  # it does not answer
    assert _strays() == [lost]
    with db.transaction() as session:
        session.get_one(Stray, lost).ends_at = now()
    assert (remind_of_strays(), _strays()) == (0, [])


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


def _strays() -> list[int]:
    with db.new_session() as session:
        return list(session.scalars(select(Stray.run_id)))


def _ask(connection: psycopg.Connection, sql: str) -> None:
    with suppress(psycopg.errors.QueryCanceled):
        connection.execute(sql)


def _active(source_url: str, run_id: int) -> bool:
    with psycopg.connect(source_url, autocommit=True) as other:
        sql = "select from pg_stat_activity where query like %s and state = 'active'"
        return bool(other.execute(sql, (f"/* plumbline run={run_id} %",)).fetchall())
