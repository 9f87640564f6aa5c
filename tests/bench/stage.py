"""A whole installation with the tables of the measurements, and the yardsticks beside it."""

import json
import math
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psycopg
from cryptography.fernet import Fernet

from app.accounts.models import Role
from app.accounts.tokens import create_token
from app.core import db, migrate, runtime
from app.core.settings import load_settings
from app.local.postgres import PrivatePostgres
from app.local.redis import PrivateRedis
from tests.live import Installation
from tests.makers import make_datasource, make_user

IDLE_S = 20  # the server ends a connection that is idle for 30 s, and the next call on it would fail
WIDE = """
create table {name} as
select i::int as id, (i % 1000)::int as code, i::bigint * 7919 as account,
       (i::bigint * 104729) % 1000003 as volume,
       i / 3.0::float8 as price, sin(i)::float8 as signal, (i * 1.37)::numeric(12,2) as amount,
       timestamptz '2020-01-01 UTC' + i * interval '1 minute' as happened_at,
       substr(md5(i::text), 1, 20) as reference, substr(md5((i + 1)::text), 1, 20) as counterparty
from generate_series(1, {rows}) i
"""


@dataclass
class Stage:
    """What a measurement needs: the installation, a client, a datasource, and psql for the yardsticks."""

    installation: Installation
    postgres: PrivatePostgres
    source_url: str
    datasource_id: int
    token: str
    _called_at: float = -math.inf

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """One call of the API over a connection that is kept, while the server keeps it too."""
        if time.monotonic() - self._called_at > IDLE_S:
            self._connection = HTTPConnection("127.0.0.1", self.installation.port, timeout=120)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        self._connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        self._called_at = time.monotonic()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:500]!r}")
        return json.loads(content)

    def run(self, sql: str, **asked: Any) -> dict[str, Any]:
        """POST a run and wait until it is settled; RuntimeError unless it succeeded."""
        run = self.call("POST", "/v1/runs", {"datasource_id": self.datasource_id, "sql": sql, **asked})
        while run["state"] in ("queued", "running"):
            run = self.call("GET", f"/v1/runs/{run['id']}?wait_s=30")
        if run["state"] != "succeeded":
            raise RuntimeError(f"run {run['id']}: {run['failure']}")
        return dict(run)

    def psql(self, command: str) -> float:
        """Seconds that a whole psql process takes for this command."""
        begun = time.perf_counter()
        subprocess.run(
            [self.postgres.bin_dir / "psql", self.source_url, "-qXAt", "-c", command],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return time.perf_counter() - begun

    def copy_binary(self, table: str) -> float:
        """Seconds of psql's `\\copy` of the table, in binary, to nowhere."""
        return self.psql(f"\\copy (select * from {table}) to /dev/null (format binary)")


@contextmanager
def stage(rows: tuple[int, ...] = ()) -> Iterator[Stage]:
    """Servers, installation, an admin's token, and a table `wideN` for each N in `rows`."""
    with tempfile.TemporaryDirectory(prefix="plumb-bench-") as folder:
        place = Path(folder)
        place.chmod(0o755)
        with PrivatePostgres(place / "postgres") as postgres, PrivateRedis(place / "redis") as store:
            source_url = _source(postgres, rows)
            environment = {
                "DATABASE_URL": postgres.url,
                "REDIS_URL": store.url,
                "SECRET_KEY": "bench-" * 8,
                "PLUMB_SECRETS_KEYS": Fernet.generate_key().decode(),
                "PLUMB_INSECURE_COOKIES": "1",
                "PLUMB_PRIVATE_DATASOURCES": "all",
                "LOG_LEVEL": "warning",
            }
            settings = load_settings(environment)
            migrate.upgrade(settings.database_url)
            runtime.configure(settings)
            dana = make_user("dana", "Acme", Role.ADMIN)
            datasource = make_datasource(dana, {"url": source_url})
            with db.transaction() as session:
                token = create_token(session, dana, "bench")
            with Installation(environment, place / "log", ("web", "worker", "scheduler")) as installation:
                yield Stage(installation, postgres, source_url, datasource.id, token)


def _source(postgres: PrivatePostgres, rows: tuple[int, ...]) -> str:
    with psycopg.connect(postgres.admin_url, autocommit=True) as admin:
        admin.execute("create role source_owner login password 'source-secret'")
        admin.execute("create database source owner source_owner")
    url = postgres.url_for("source_owner", "source-secret", "source")
    with psycopg.connect(url, autocommit=True) as connection:
        for count in rows:
            connection.execute(WIDE.format(name=f"wide{count}", rows=count))
            connection.execute(f"vacuum analyze wide{count}")
    return url


def report(name: str, value: float, unit: str, note: str = "") -> None:
    """One figure: `name value unit`, and after a dash what it was compared with."""
    print(f"{name} {value:.3g} {unit}" + (f"  - {note}" if note else ""), flush=True)


def interleaved(rounds: int, *works: Callable[[], float | None]) -> list[float]:
    """Median seconds of each work, taken in turns so that a slow moment of the machine hits all alike.

    A work may return its own seconds; otherwise its wall time counts.
    """
    times: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for found, work in zip(times, works, strict=True):
            begun = time.perf_counter()
            own = work()
            found.append(time.perf_counter() - begun if own is None else own)
    return [statistics.median(found) for found in times]
