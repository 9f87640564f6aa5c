import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from app.local.errors import LocalError
from app.local.postgres import PrivatePostgres
from app.local.processes import command_line
from app.local.redis import PrivateRedis
from tests.local.supervised import eventually, gone


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A directory that root's server, which runs as another user, can enter."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="plumb-local-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def _count(postgres: PrivatePostgres) -> int:
    with psycopg.connect(postgres.url) as connection:
        connection.execute("create table if not exists kept (n int)")
        connection.execute("insert into kept values (1)")
        found = connection.execute("select count(*) from kept").fetchone()
        assert found
        return int(found[0])


def test_postgres_keeps_every_committed_row_after_a_kill(folder: Path) -> None:
    with PrivatePostgres(folder / "postgres") as first:
        assert _count(first) == 1
        os.kill(first.pid, signal.SIGKILL)
        eventually(lambda: first.poll() is not None)
    with PrivatePostgres(folder / "postgres") as second:
        assert _count(second) == 2


def test_a_server_whose_owner_was_killed_is_replaced_and_keeps_its_data(folder: Path) -> None:
    program = """
import sys, time
from pathlib import Path
from app.local import processes
from app.local.postgres import PrivatePostgres
from app.local.redis import PrivateRedis
processes._libc = None  # as on a system that does not tell children of their parent's death
postgres, store = PrivatePostgres(Path(sys.argv[1], "postgres")), PrivateRedis(Path(sys.argv[1], "redis"))
postgres.start(), store.start()
print(postgres.pid, store.pid, flush=True)
time.sleep(600)
"""
    owner = subprocess.Popen([sys.executable, "-c", program, folder], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    orphans = [int(word) for word in owner.stdout.readline().split()]
    owner.kill()
    owner.wait()
    assert not any(map(gone, orphans))
    with PrivatePostgres(folder / "postgres") as postgres, PrivateRedis(folder / "redis") as store:
        assert all(map(gone, orphans))
        assert _count(postgres) == 1
        assert redis.Redis.from_url(store.url).ping()


def test_a_stale_process_id_that_is_somebody_elses_now_does_no_harm(folder: Path) -> None:
    with PrivatePostgres(folder / "postgres") as first:
        _count(first)
        os.kill(first.pid, signal.SIGKILL)
        eventually(lambda: first.poll() is not None)
    stale = folder / "postgres" / "data" / "postmaster.pid"
    lines = stale.read_text().splitlines()
    stale.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    with PrivatePostgres(folder / "postgres") as second:
        assert _count(second) == 2


def test_two_at_once_in_one_directory_are_refused(folder: Path) -> None:
    with PrivateRedis(folder / "redis"), pytest.raises(LocalError, match="Another process already runs"):
        PrivateRedis(folder / "redis").start()


def test_redis_saves_what_it_holds_when_it_stops(folder: Path) -> None:
    with PrivateRedis(folder / "redis") as store:
        redis.Redis.from_url(store.url).set("kept", "yes")
    with PrivateRedis(folder / "redis") as store:
        assert redis.Redis.from_url(store.url).get("kept") == b"yes"


def test_nobody_else_on_the_machine_gets_in(folder: Path) -> None:
    with PrivatePostgres(folder / "postgres") as postgres, PrivateRedis(folder / "redis") as store:
        for place in (postgres.socket_dir, store.socket.parent):
            assert place.stat().st_mode & 0o077 == 0
        for file in (folder / "postgres").glob("password.*"):
            assert file.stat().st_mode & 0o077 == 0
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(
                host=str(postgres.socket_dir), user="postgres", dbname="postgres", password="guess"
            )
        with psycopg.connect(postgres.url) as connection:
            listening = connection.execute("show listen_addresses").fetchone()
            superuser = connection.execute("show is_superuser").fetchone()
        assert (listening, superuser) == (("",), ("off",))


def test_no_password_is_on_a_command_line(folder: Path) -> None:
    with PrivatePostgres(folder / "postgres") as postgres:
        secrets = [file.read_text().strip() for file in (folder / "postgres").glob("password.*")]
        shown = command_line(postgres.pid)
        assert str(postgres.socket_dir) in shown
        assert len(secrets) == 2
        assert not any(secret in shown for secret in secrets)


def test_a_path_too_long_for_a_socket_gets_a_short_one(folder: Path) -> None:
    deep = folder / ("a-rather-long-name" * 6)
    deep.mkdir()
    with PrivateRedis(deep / "redis") as store:
        assert redis.Redis.from_url(store.url).ping()
        assert store.socket.parent.stat().st_mode & 0o077 == 0
        short = store.socket.parent
    short.rmdir()


def test_a_server_that_ended_by_itself_says_why(folder: Path) -> None:
    with PrivatePostgres(folder / "postgres") as postgres, PrivateRedis(folder / "redis") as store:
        assert (postgres.failure(), store.failure()) == (None, None)
        for server in (postgres, store):
            os.kill(server.pid, signal.SIGKILL)
            eventually(lambda server=server: server.poll() is not None)
        assert "The private Postgres server ended" in (postgres.failure() or "")
        assert "The private Redis server ended" in (store.failure() or "")
