"""Network namespaces as hosts: Postgres, Redis, two for web and four for workers, of which two are killed.

`python -m tests.bench.hosts [RUNS]`, as root on Linux. Hosts share the bridge between them and nothing else:
no unix socket is used, and the temporary files of each are its own. A load of runs goes to both web hosts;
in its midst a worker's host and a web host are cut off and killed. Then it reports what was lost.
"""

import json
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from cryptography.fernet import Fernet
from sqlalchemy import text

from app.accounts.models import Role
from app.accounts.tokens import create_token
from app.core import db, migrate, runtime
from app.core.settings import load_settings
from app.local.binaries import redis_server
from app.local.postgres import PrivatePostgres
from tests.bench.namespaces import HOSTS, NET, Hosts, why_not
from tests.bench.stage import report
from tests.live import BIN, procfile
from tests.makers import make_datasource, make_user

RUNS, CALLERS = 200, 8
PATIENCE_S = 240
WIDE = "select i, repeat(md5(i::text), 10) as t from generate_series(1, 60000) i"
QUERIES = (
    "select pg_sleep(0.05)",
    "select generate_series(1, 2000)",
    WIDE,
    "select pg_sleep(1)",
    "select 1 / 0",
)


def main(runs: int = RUNS) -> None:
    if words := why_not():
        print(f"# hosts: left out. {words}", flush=True)
        return
    with tempfile.TemporaryDirectory(prefix="plumb-hosts-") as folder, Hosts() as hosts:
        place = Path(folder)
        place.chmod(0o755)
        with _servers(place, hosts) as (url, store):
            environment = _environment(url, store)
            token, datasource_id = _install(environment, url)
            for name in HOSTS:
                if name.startswith(("web", "work")):
                    _start(hosts, name, environment, place)
            hosts.start("work1", [procfile()["scheduler"]], environment, place / "scheduler.log")
            for number in (11, 12):
                _wait_for(f"http://{NET}.{number}:5000/readyz")
            asked, gone_at = _load(hosts, runs, token, datasource_id)
            _judge(asked, gone_at)


def _load(hosts: Hosts, runs: int, token: str, datasource_id: int) -> tuple[set[int], float]:
    """Post runs to both web hosts; after a third the worker host 4 goes, after two thirds the web host 2.

    Returns the runs that were accepted, and when the worker host went (monotonic).
    """
    asked: set[int] = set()
    gone_at = 0.0
    lock = threading.Lock()
    todo = iter(range(runs))

    def call() -> None:
        while True:
            with lock:
                number = next(todo, None)
            if number is None:
                return
            body = {"datasource_id": datasource_id, "sql": QUERIES[number % len(QUERIES)]}
            run_id = _post(token, body, first=11 + number % 2)
            with lock:
                asked.add(run_id)

    callers = [threading.Thread(target=call) for _ in range(CALLERS)]
    for each in callers:
        each.start()
    for share, name in ((1 / 3, "work4"), (2 / 3, "web2")):
        while len(asked) < runs * share and any(each.is_alive() for each in callers):
            time.sleep(0.02)
        hosts.kill(name)
        gone_at = gone_at or time.monotonic()
        print(f"# {name} is gone after {len(asked)} runs", flush=True)
    for each in callers:
        each.join()
    return asked, gone_at


def _judge(asked: set[int], gone_at: float) -> None:
    deadline = time.monotonic() + PATIENCE_S
    states: Counter[str] = Counter()
    with db.autocommit() as connection:
        while time.monotonic() < deadline:
            found = connection.execute(text("select id, state from runs")).all()
            states = Counter(row.state for row in found)
            if not states["queued"] and not states["running"]:
                break
            time.sleep(0.5)
        settled_after = time.monotonic() - gone_at
        missing = asked - {row.id for row in found}
        half = connection.scalar(
            text(
                "select count(*) from runs where state = 'succeeded' and row_count <> coalesce("
                "(select sum(row_count) from result_chunks where run_id = runs.id), 0)"
            )
        )
        silent = connection.scalar(
            text(
                "select count(*) from runs where state in ('succeeded', 'failed')"
                " and not exists (select from evidence_reports where run_id = runs.id)"
            )
        )
    report("hosts_runs_asked", len(asked), "runs", ", ".join(f"{n} {state}" for state, n in states.items()))
    report("hosts_runs_missing", len(missing), "runs", "answered 202 and not there; goal 0")
    report("hosts_runs_unsettled", states["queued"] + states["running"], "runs", "goal 0")
    report("hosts_settled", settled_after, "s", "from the worker host's end until every run was settled")
    report("hosts_results_torn", float(half or 0), "runs", "rows are not those that the run counted; goal 0")
    report("hosts_runs_without_evidence", float(silent or 0), "runs", "goal 0")
    report("hosts_runs_told_lost", states["lost"], "runs", "were at the killed host, and say so")


def _post(token: str, body: dict[str, object], first: int) -> int:
    """One run, by whichever web host answers. An answer that got lost may leave a run that nobody counts."""
    hosts = [first, 23 - first]
    for turn in range(60):
        address = f"http://{NET}.{hosts[turn % 2]}:5000/v1/runs"
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        try:
            with urlopen(Request(address, json.dumps(body).encode(), headers), timeout=5) as answer:
                return int(json.load(answer)["id"])
        except HTTPError as error:
            if error.code < 500:
                raise
        except (URLError, OSError):
            pass
        time.sleep(0.2)
    raise RuntimeError("no web host answers")


def _start(hosts: Hosts, name: str, environment: Mapping[str, str], place: Path) -> None:
    own = place / f"files-{name}"
    own.mkdir()
    of_host = {**environment, "TMPDIR": str(own), "PLUMB_SHELF_FOLDER": str(own / "shelf")}
    command = procfile()["web" if name.startswith("web") else "worker"]
    hosts.start(
        name,
        [command.replace("'", '"') if name.startswith("web") else command],
        of_host,
        place / f"{name}.log",
    )


@contextmanager
def _servers(place: Path, hosts: Hosts) -> Iterator[tuple[str, str]]:
    """Postgres and Redis, each on its host and on TCP alone."""
    with PrivatePostgres(place / "postgres") as made:
        password = made.url.split(":", 2)[2].split("@")[0]
        data, program, run_as = made._data, made.bin_dir / "postgres", made._run_as
    with (data / "pg_hba.conf").open("a") as rules:
        rules.write(f"host all all {NET}.0/24 scram-sha-256\n")
    user = f"setpriv --reuid={run_as.uid} --regid={run_as.gid} --clear-groups " if run_as else ""
    options = f"-c listen_addresses={NET}.2 -c unix_socket_directories= -c max_connections=200"
    hosts.start("pg", [f"{user}{program} -D {data} {options}"], os.environ, place / "pg.log")
    program = redis_server()
    hosts.start(
        "redis",
        [f"{program} --bind {NET}.3 --protected-mode no --save '' --dir {place}"],
        os.environ,
        place / "redis.log",
    )
    yield f"postgresql://plumbline:{password}@{NET}.2:5432/plumbline", f"redis://{NET}.3:6379/0"


def _environment(url: str, store: str) -> dict[str, str]:
    return {
        **os.environ,
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "DATABASE_URL": url,
        "REDIS_URL": store,
        "SECRET_KEY": "hosts-" * 8,
        "PLUMB_SECRETS_KEYS": Fernet.generate_key().decode(),
        "PLUMB_INSECURE_COOKIES": "1",
        "PLUMB_PRIVATE_DATASOURCES": "all",
        "PLUMB_BIND": "0.0.0.0",
        "PORT": "5000",
        "WEB_CONCURRENCY": "1",
        "PLUMB_DATASOURCE_SLOTS": "100",
        "LOG_LEVEL": "warning",
    }


def _install(environment: Mapping[str, str], url: str) -> tuple[str, int]:
    settings = load_settings(environment)
    deadline = time.monotonic() + 60
    while True:
        try:
            migrate.upgrade(settings.database_url)
            break
        except Exception:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)
    runtime.configure(settings)
    dana = make_user("dana", "Acme", Role.ADMIN)
    datasource = make_datasource(dana, {"url": url})
    with db.transaction() as session:
        return create_token(session, dana, "hosts"), datasource.id


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            with urlopen(address, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"{address} does not answer")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
