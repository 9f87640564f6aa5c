"""Network namespaces as hosts: Postgres, Redis, two for web and four for workers, of which two are killed.

`python -m tests.bench.hosts [RUNS]`, as root on Linux. Hosts share the bridge between them and nothing else:
no unix socket is used, and the temporary files of each are its own. A load of runs goes to both web hosts;
in its midst a worker's host and a web host are cut off and killed. Then it reports what was lost.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
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
from tests.bench.stage import report
from tests.live import BIN, ROOT, procfile
from tests.makers import make_datasource, make_user

BRIDGE, NET = "plumb0", "10.77.0"
HOSTS = {"pg": 2, "redis": 3, "web1": 11, "web2": 12, "work1": 21, "work2": 22, "work3": 23, "work4": 24}
RUNS, CALLERS = 200, 8
PATIENCE_S = 240
QUERIES = ("select pg_sleep(0.05)", "select generate_series(1, 2000)", "select pg_sleep(1)", "select 1 / 0")


class Hosts:
    """Namespaces by name, each with an address on one bridge, and the processes started in them."""

    def __init__(self) -> None:
        self.running: dict[str, list[subprocess.Popen[bytes]]] = {}

    def __enter__(self) -> "Hosts":
        self.__exit__()
        _ip("link", "add", BRIDGE, "type", "bridge")
        _ip("addr", "add", f"{NET}.1/24", "dev", BRIDGE)
        _ip("link", "set", BRIDGE, "up")
        for name, number in HOSTS.items():
            space, inside, outside = f"plumb-{name}", f"vi{number}", f"vo{number}"
            _ip("netns", "add", space)
            _ip("link", "add", outside, "type", "veth", "peer", "name", inside)
            _ip("link", "set", inside, "netns", space)
            _ip("link", "set", outside, "master", BRIDGE, "up")
            _ip("-n", space, "addr", "add", f"{NET}.{number}/24", "dev", inside)
            _ip("-n", space, "link", "set", inside, "up")
            _ip("-n", space, "link", "set", "lo", "up")
        return self

    def __exit__(self, *_: object) -> None:
        for name in list(self.running):
            self.kill(name)
        for name, number in HOSTS.items():
            with suppress(subprocess.CalledProcessError):
                _ip("netns", "del", f"plumb-{name}")
            with suppress(subprocess.CalledProcessError):
                _ip("link", "del", f"vo{number}")
        with suppress(subprocess.CalledProcessError):
            _ip("link", "del", BRIDGE)

    def start(self, name: str, command: list[str], environment: Mapping[str, str], log: Path) -> None:
        """Start a command on this host; its host name is the host's."""
        inside = ["ip", "netns", "exec", f"plumb-{name}", "unshare", "--uts", "sh", "-c"]
        whole = f"hostname {name}; exec " + " ".join(command)
        with log.open("ab") as output:
            self.running.setdefault(name, []).append(
                subprocess.Popen(
                    [*inside, whole],
                    cwd=ROOT,
                    env=dict(environment),
                    stdout=output,
                    stderr=output,
                    start_new_session=True,
                )
            )

    def kill(self, name: str) -> None:
        """The host is gone: its wire is cut, and then all that ran there is killed."""
        with suppress(subprocess.CalledProcessError):
            _ip("link", "set", f"vo{HOSTS[name]}", "down")
        found = subprocess.run(
            ["ip", "netns", "pids", f"plumb-{name}"], capture_output=True, text=True, check=False
        )
        for pid in map(int, found.stdout.split()):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for process in self.running.pop(name, []):
            process.wait()


def main(runs: int = RUNS) -> None:
    if os.geteuid() != 0:
        sys.exit("Namespaces need root.")
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
            asked = _load(hosts, runs, token, datasource_id)
            _judge(asked)


def _load(hosts: Hosts, runs: int, token: str, datasource_id: int) -> set[int]:
    """Post runs to both web hosts; after a third the worker host 4 goes, after two thirds the web host 2."""
    asked: set[int] = set()
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
        print(f"# {name} is gone after {len(asked)} runs", flush=True)
    for each in callers:
        each.join()
    return asked


def _judge(asked: set[int]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    states: Counter[str] = Counter()
    with db.autocommit() as connection:
        while time.monotonic() < deadline:
            found = connection.execute(text("select id, state from runs")).all()
            states = Counter(row.state for row in found)
            if not states["queued"] and not states["running"]:
                break
            time.sleep(0.5)
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


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
