"""An installation with servers of its own, every part of which a test may kill and start again."""

import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
from cryptography.fernet import Fernet

from app.accounts.allow import Actor
from app.accounts.models import Role
from app.accounts.tokens import create_token
from app.core import db, migrate, runtime
from app.core.settings import load_settings
from app.datasources.models import Datasource
from app.local.postgres import PrivatePostgres
from app.local.redis import PrivateRedis
from tests.faults.invariants import Invariants
from tests.live import Installation
from tests.makers import make_datasource, make_user, read_run, start

PATIENCE_S = 180
GRACE_S = 2
WORKER = "python -m tests.faults.doomed"
SCHEDULER = "python -m jobs.scheduler"
# Runs until the test lets go (`Site.holding`), so that nobody's haste or slowness matters.
HELD = "select pg_advisory_xact_lock_shared(7)::text as held"
PROCESSES = {"worker": WORKER, "other": WORKER, "scheduler": SCHEDULER, "second scheduler": SCHEDULER}
FINAL = ("succeeded", "failed", "cancelled", "timed_out", "lost")


class Site:
    """Its three servers, its processes, and two people who ask for runs on `source`.

    The process of the tests speaks to the site's servers while it is in use (`site`).
    """

    def __init__(
        self,
        place: Path,
        metadata: PrivatePostgres,
        store: PrivateRedis,
        source: PrivatePostgres,
        children: int,
    ) -> None:
        self.metadata = metadata
        self.store = store
        self.source_server = source
        self.marks = place / "marks"
        self.marks.mkdir()
        self.log = place / "log"
        self.environment = {
            "DATABASE_URL": metadata.url,
            "REDIS_URL": store.url,
            "SECRET_KEY": "faults" * 8,
            "PLUMB_SECRETS_KEYS": Fernet.generate_key().decode(),
            "PLUMB_INSECURE_COOKIES": "1",
            "PLUMB_PRIVATE_DATASOURCES": "all",
            "PLUMB_WORKER_CONCURRENCY": str(children),
            "PLUMB_SHUTDOWN_GRACE_S": str(GRACE_S),
            "WEB_CONCURRENCY": "1",
            "LOG_LEVEL": "warning",
            "PLUMB_TEST_MARKS": str(self.marks),
        }
        settings = load_settings(self.environment)
        migrate.upgrade(settings.database_url)
        runtime.configure(settings)
        with psycopg.connect(source.admin_url, autocommit=True) as admin:
            admin.execute("create role source_owner login password 'source-secret'")
            admin.execute("create database source owner source_owner")
        self.source_url = source.url_for("source_owner", "source-secret", "source")
        self.alice: Actor = make_user("alice", "Acme", Role.EDITOR)
        self.dana: Actor = make_user("dana", "Acme", Role.ADMIN)
        self.source: Datasource = make_datasource(self.dana, {"url": self.source_url})
        with db.transaction() as session:
            self.token = create_token(session, self.alice, "faults")
        self.invariants = Invariants(self.source_url)

    def running(self, *processes: str) -> Installation:
        """The named processes of PROCESSES and `web`, to be entered by `with`; the workers obey `doomed`."""
        return Installation(self.environment, self.log, processes, PROCESSES)

    def start(self, sql: str, actor: Actor | None = None, **asked: int) -> int:
        return start(actor or self.alice, self.source, sql, **asked)

    def settled(self, runs: Sequence[int], patience_s: float = PATIENCE_S) -> list[str]:
        """The runs' states, once all of them are final."""
        until(lambda: all(state(run) in FINAL for run in runs), patience_s, lambda: str(self.states(runs)))
        return [state(run) for run in runs]

    def states(self, runs: Sequence[int]) -> dict[int, str]:
        return {run: state(run) for run in runs}

    def reached(self, run_id: int, point: str) -> bool:
        """Whether a worker came to the point at which this run's SQL says that something happens."""
        return (self.marks / f"{run_id}.{point}").exists()

    def let_go(self, run_id: int) -> None:
        """End a pause."""
        (self.marks / f"{run_id}.go").touch()

    @contextmanager
    def holding(self) -> Iterator[Callable[[], None]]:
        """Runs of HELD wait in the source, until the block ends or what it gives is called."""
        with psycopg.connect(self.source_url, autocommit=True) as holder:
            holder.execute("select pg_advisory_lock(7)")
            yield lambda: holder.execute("select pg_advisory_unlock(7)") and None

    def wait_until_in_source(self, run_id: int) -> None:
        until(lambda: run_id in self.invariants.in_source())

    def whole(self) -> None:
        """Fails with what is broken. The next run goes through, too."""
        following = self.start("select 1 as following")
        assert self.settled([following]) == ["succeeded"]
        broken = self.invariants.broken()
        assert not broken, "\n".join(broken)


@contextmanager
def site(children: int = 3) -> Iterator[Site]:
    """A site without processes. Afterwards the tests' process speaks to the servers it spoke to before."""
    before = runtime.settings() if _configured() else None
    with tempfile.TemporaryDirectory(prefix="plumb-faults-") as folder:
        place = Path(folder)
        place.chmod(0o755)
        with (
            PrivatePostgres(place / "metadata") as metadata,
            PrivatePostgres(place / "source", durable=False) as source,
            PrivateRedis(place / "redis") as store,
        ):
            try:
                yield Site(place, metadata, store, source, children)
            finally:
                db.engine().dispose()
                if before:
                    runtime.configure(before)


def state(run_id: int) -> str:
    return read_run(run_id).state


def process_of(run_id: int) -> int:
    """The child that runs it."""
    worker = read_run(run_id).worker
    assert worker, f"run {run_id} is with no worker"
    return int(worker.split(":")[1])


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def until(
    true: Callable[[], bool], patience_s: float = PATIENCE_S, told: Callable[[], str] = lambda: ""
) -> None:
    deadline = time.monotonic() + patience_s
    while not true():
        assert time.monotonic() < deadline, f"it never happened {told()}"
        time.sleep(0.05)


def _configured() -> bool:
    try:
        runtime.settings()
    except RuntimeError:
        return False
    return True
