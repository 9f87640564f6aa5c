"""`plumb up`: everything that one machine needs, started in order and stopped together."""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType

from app.core.shipped import ROOT
from app.local import running
from app.local.errors import AlreadySaid, LocalError, explain_os_error
from app.local.leftovers import end_leftovers, remember
from app.local.options import BIND
from app.local.places import make_directory
from app.local.ports import require_free_port
from app.local.postgres import PrivatePostgres
from app.local.prepare import prepare, prepare_once
from app.local.procfile import kept_running, read_procfile
from app.local.ready import Readiness
from app.local.redis import PrivateRedis
from app.local.secrets import ensure_secrets
from app.local.space import MEGABYTE, require_space
from app.local.supervisor import Supervisor
from app.local.welcome import sign_in, welcome

_FIRST_START_SPACE = 600 * MEGABYTE
_LATER_SPACE = 50 * MEGABYTE
_PROCESSES = "processes"


class _Stopped(BaseException):
    """SIGTERM or SIGHUP before the supervisor listens."""


def up(environ: Mapping[str, str], root: Path = ROOT) -> int:
    """Run until a signal or a dead process ends it. Returns the exit code; LocalError says why it cannot."""
    var = running.var_of(environ, root)
    host = BIND.read(environ)
    commands = kept_running(read_procfile(root / "Procfile"))
    with contextlib.ExitStack() as stack:
        stack.enter_context(_ending_on_signals())
        _make_var(var)
        stack.callback(running.hold_installation(var).close)
        end_leftovers(var / _PROCESSES)
        port = require_free_port(host, environ.get("PORT") or "5000")
        fresh = not (var / "secrets.env").exists()
        require_space(var, _FIRST_START_SPACE if fresh else _LATER_SPACE, "Plumbline")
        servers = _start_servers(stack, environ, var)
        variables = {
            **{server.variable: server.url for server in servers},
            **ensure_secrets(var / "secrets.env", environ),
            "PORT": str(port),
            BIND.name: host,
            # The address is plain http on this machine; a proxy with TLS in front sets it to 0.
            "PLUMB_INSECURE_COOKIES": environ.get("PLUMB_INSECURE_COOKIES") or "1",
            # Its people sit at this machine, whose sockets the demo lies behind.
            "PLUMB_PRIVATE_DATASOURCES": environ.get("PLUMB_PRIVATE_DATASOURCES") or "all",
        }
        env = _environment(environ, variables)
        stack.callback(running.withdraw, var)
        running.publish(var, {name: env[name] for name in (*variables, "DATABASE_URL", "REDIS_URL")})
        own = [server.directory for server in servers if isinstance(server, PrivatePostgres)]
        admin = prepare_once(own[0] / "prepared", env, root, var) if own else prepare(env, root, var)
        supervisor = Supervisor(
            commands,
            env=env,
            cwd=root,
            watched=[server.failure for server in servers],
            started=lambda pids: remember(var / _PROCESSES, pids),
        )
        stack.callback((var / _PROCESSES).unlink, missing_ok=True)
        return _serve(supervisor, env, admin)


def _make_var(var: Path) -> None:
    # Others may pass through (root's Postgres runs as `nobody`) but not look around.
    make_directory(var, 0o711 if os.geteuid() == 0 else 0o700)


def _start_servers(
    stack: contextlib.ExitStack, environ: Mapping[str, str], var: Path
) -> list[PrivatePostgres | PrivateRedis]:
    servers: list[PrivatePostgres | PrivateRedis] = []
    if not environ.get(PrivatePostgres.variable):
        servers.append(PrivatePostgres(var / "postgres"))
    if not environ.get(PrivateRedis.variable):
        servers.append(PrivateRedis(var / "redis"))
    for server in servers:
        print(f"Starting a private {server.name} in {server.directory}", flush=True)
        stack.enter_context(server)
    return servers


def _environment(environ: Mapping[str, str], variables: Mapping[str, str]) -> dict[str, str]:
    # The Procfile names programs of this virtual environment.
    path = f"{Path(sys.executable).parent}{os.pathsep}{environ.get('PATH', os.defpath)}"
    return {**environ, **variables, "PATH": path, "PYTHONUNBUFFERED": "1"}


def _serve(supervisor: Supervisor, env: Mapping[str, str], admin: Mapping[str, str]) -> int:
    said = threading.Event()

    def ready() -> None:
        said.set()
        supervisor.lines.say(welcome(env, admin))

    Readiness(BIND.read(env), int(env["PORT"]), ready=ready, late=supervisor.lines.say).watch()
    try:
        return supervisor.run()
    finally:
        if admin and not said.is_set():
            # The password is shown once only, so not even a failed first start may swallow it.
            supervisor.lines.say(sign_in(admin))


@contextlib.contextmanager
def _ending_on_signals() -> Iterator[None]:
    """Before the supervisor listens, SIGTERM and SIGHUP end the start like Ctrl+C: servers are stopped."""

    def end(number: int, _: FrameType | None) -> None:
        raise _Stopped(number)

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def run(environ: Mapping[str, str]) -> int:
    """`up` for a terminal: every failure is one sentence on standard error and a non-zero exit code."""
    try:
        return up(environ)
    except AlreadySaid:
        return 1
    except LocalError as error:
        problem = str(error)
    except OSError as error:
        problem = explain_os_error(error)
    except (KeyboardInterrupt, _Stopped):
        return 130
    print(problem, file=sys.stderr, flush=True)
    return 1
