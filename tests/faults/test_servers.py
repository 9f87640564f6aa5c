"""Servers go and come back: Redis, the Postgres of our own tables, a datasource."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from app.local.postgres import PrivatePostgres
from tests.faults.points import sql_with
from tests.faults.site import HELD, Site, kill, state, until
from tests.live import Installation
from tests.makers import read_run

AWAY_S = float(os.environ.get("AWAY_S", "0"))  # how long Redis stays away; `make chaos` says 20


@dataclass
class Caller:
    """Alice's program."""

    processes: Installation
    token: str

    def ask(self, path: str, body: Any = None) -> tuple[int, str]:
        request = Request(
            self.processes.url + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        try:
            with urlopen(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()

    def start(self, datasource_id: int, sql: str) -> int:
        status, said = self.ask("/v1/runs", {"datasource_id": datasource_id, "sql": sql})
        assert status == 202, said
        return int(json.loads(said)["id"])


@pytest.fixture(scope="module")
def processes(grounds: Site) -> Iterator[Installation]:
    """They outlive every fault here."""
    with grounds.running("web", "worker", "scheduler") as running:
        yield running


@pytest.fixture
def caller(processes: Installation, grounds: Site) -> Caller:
    return Caller(processes, grounds.token)


def _stop_redis(site: Site) -> None:
    site.store.stop()


def _freeze_redis(site: Site) -> None:
    os.kill(site.store.pid, signal.SIGSTOP)


def _start_redis(site: Site) -> None:
    site.store.start()


def _thaw_redis(site: Site) -> None:
    os.kill(site.store.pid, signal.SIGCONT)


@pytest.mark.parametrize(
    ("ended", "begun"), [(_stop_redis, _start_redis), (_freeze_redis, _thaw_redis)], ids=["gone", "frozen"]
)
def test_without_redis_results_answer_and_new_runs_wait(
    grounds: Site, caller: Caller, ended: Callable[[Site], None], begun: Callable[[Site], None]
) -> None:
    with grounds.holding() as release:
        before = caller.start(grounds.source.id, "select 42 as answer")
        long = caller.start(grounds.source.id, HELD)
        assert grounds.settled([before]) == ["succeeded"]
        grounds.wait_until_in_source(long)
        ended(grounds)

        assert json.loads(caller.ask(f"/v1/runs/{before}/rows")[1])["rows"] == [[42]]
        assert caller.ask(f"/runs/{before}")[0] == 200
        status, said = caller.ask("/readyz")
        assert (status, json.loads(said)["parts"]["postgres"]) == (503, "ok")
        assert json.loads(said)["parts"]["redis"].startswith("does not answer")
        waiting = [caller.start(grounds.source.id, f"select {number}") for number in range(3)]
        time.sleep(AWAY_S)
        release()
        assert grounds.settled([long]) == ["succeeded"]
        assert {state(run_id) for run_id in waiting} == {"queued"}

        begun(grounds)
        assert set(grounds.settled(waiting)) == {"succeeded"}
        assert caller.ask("/readyz")[0] == 200
        grounds.whole()


def test_without_redis_a_run_is_cancelled_all_the_same(grounds: Site, caller: Caller) -> None:
    long = caller.start(grounds.source.id, "select pg_sleep(300)")
    grounds.wait_until_in_source(long)
    grounds.store.stop()
    waiting = caller.start(grounds.source.id, "select 1")
    for run_id in (long, waiting):
        assert caller.ask(f"/v1/runs/{run_id}/cancellation", {})[0] == 202
    assert grounds.settled([long, waiting]) == ["cancelled", "cancelled"]
    grounds.store.start()
    grounds.whole()


def _stopped(server: PrivatePostgres) -> None:
    server.stop()


def _crashed(server: PrivatePostgres) -> None:
    kill(server.pid)
    server.stop()


@pytest.mark.parametrize("ended", [_stopped, _crashed], ids=["stopped", "crashed"])
def test_all_reconnect_after_a_restart_of_postgres(
    grounds: Site, caller: Caller, ended: Callable[[PrivatePostgres], None]
) -> None:
    with grounds.holding() as release:
        before = caller.start(grounds.source.id, "select 42 as answer")
        assert grounds.settled([before]) == ["succeeded"]
        long = caller.start(grounds.source.id, HELD)
        stored = {
            point: caller.start(grounds.source.id, sql_with(point, "pause"))
            for point in ("mid_store", "before_final", "before_commit")
        }
        grounds.wait_until_in_source(long)
        until(lambda: all(grounds.reached(run_id, point) for point, run_id in stored.items()))
        ended(grounds.metadata)
        for run_id in stored.values():
            grounds.let_go(run_id)

        for path in (f"/runs/{before}", "/", f"/v1/runs/{before}"):
            status, said = caller.ask(path)
            assert status == 503
            assert "does not answer" in said
            assert "Traceback" not in said
        status, said = caller.ask("/readyz")
        parts = json.loads(said)["parts"]
        assert (status, parts["redis"]) == (503, "ok")
        assert parts["postgres"].startswith("does not answer")
        assert caller.ask("/healthz")[0] == 200

        grounds.metadata.start()
        assert json.loads(caller.ask(f"/v1/runs/{before}/rows")[1])["rows"] == [[42]]
        assert caller.ask("/readyz")[0] == 200
        following = caller.start(grounds.source.id, "select 1")
        release()
        assert grounds.settled([long, following]) == ["succeeded", "succeeded"]
        assert read_run(long).attempt == 1
        assert set(grounds.settled(list(stored.values()))) == {"succeeded"}
        # A claim is not waited for on disk: a crash may forget it, and the run is queued as if never begun.
        attempts = {2} if ended is _stopped else {1, 2}
        assert {read_run(run_id).attempt for run_id in stored.values()} <= attempts
        grounds.whole()


@pytest.mark.parametrize("ended", [_stopped, _crashed], ids=["stopped", "crashed"])
def test_a_datasource_killed_mid_query_fails_the_run_in_its_words(
    grounds: Site, processes: Installation, ended: Callable[[PrivatePostgres], None]
) -> None:
    doomed = grounds.start("select pg_sleep(300)")
    grounds.wait_until_in_source(doomed)
    ended(grounds.source_server)
    assert grounds.settled([doomed]) == ["failed"]
    run = read_run(doomed)
    assert run.failure_reason == "unreachable"
    assert run.failure_message
    refused = grounds.start("select 1")
    assert grounds.settled([refused]) == ["failed"]
    assert read_run(refused).failure_reason == "unreachable"
    grounds.source_server.start()
    until(lambda: not grounds.invariants.in_source())
    grounds.whole()
