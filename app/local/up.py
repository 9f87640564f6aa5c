"""`plumb up`: everything that one machine needs, started in order and stopped together."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType

from app.local import running
from app.local.errors import LocalError, explain_os_error
from app.local.options import ADMIN_EMAIL, BIND
from app.local.places import make_directory
from app.local.ports import require_free_port
from app.local.postgres import PrivatePostgres
from app.local.processes import spawn
from app.local.procfile import kept_running, read_procfile
from app.local.ready import Readiness
from app.local.redis import PrivateRedis
from app.local.secrets import ensure_secrets
from app.local.space import MEGABYTE, require_space
from app.local.stamps import fingerprint, is_current
from app.local.supervisor import Supervisor

_FIRST_START_SPACE = 600 * MEGABYTE
_LATER_SPACE = 50 * MEGABYTE


class _Stopped(BaseException):
    """SIGTERM or SIGHUP before the supervisor listens."""


def up(environ: Mapping[str, str], *, root: Path = running.ROOT, var: Path = running.VAR) -> int:
    """Run until a signal or a dead process ends it. Returns the exit code; LocalError says why it cannot."""
    host = BIND.read(environ)
    port = require_free_port(host, environ.get("PORT") or "5000")
    commands = kept_running(read_procfile(root / "Procfile"))
    with contextlib.ExitStack() as stack:
        stack.enter_context(_ending_on_signals())
        _make_var(var)
        stack.callback(running.hold_installation(var).close)
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
        }
        env = _environment(environ, variables)
        stack.callback(running.withdraw, var)
        running.publish(var, {name: env[name] for name in (*variables, "DATABASE_URL", "REDIS_URL")})
        own = [server.directory for server in servers if isinstance(server, PrivatePostgres)]
        admin = _prepare_once(own[0] / "prepared", env, root, var) if own else _prepare(env, root, var)
        supervisor = Supervisor(
            commands, env=env, cwd=root, watched={server.name: server.poll for server in servers}
        )
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


def _prepare_once(stamp: Path, env: Mapping[str, str], root: Path, var: Path) -> dict[str, str]:
    """Prepare our own database, unless the same migrations did so at the same place: that saves seconds."""
    wanted = fingerprint(root, (root / "migrations").rglob("*.py"), env["DATABASE_URL"])
    if is_current(stamp, wanted):
        return {}
    admin = _prepare(env, root, var)
    if not (var / "demo.wanted").exists():
        stamp.write_text(wanted)
    return admin


def _prepare(env: Mapping[str, str], root: Path, var: Path) -> dict[str, str]:
    process = spawn(
        [sys.executable, "-m", "app.local.first_start", var],
        env=env,
        cwd=root,
        output=subprocess.PIPE,
        errors=None,  # progress goes straight to the terminal
        parent_gone=signal.SIGKILL,
    )
    try:
        answer, _ = process.communicate()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    if process.returncode != 0:
        raise LocalError("")
    made: dict[str, str] = json.loads(answer)
    return made


def _serve(supervisor: Supervisor, env: Mapping[str, str], admin: Mapping[str, str]) -> int:
    said = threading.Event()

    def welcome() -> None:
        said.set()
        supervisor.lines.say(welcome_text(env, admin))

    Readiness(BIND.read(env), int(env["PORT"]), ready=welcome, late=supervisor.lines.say).watch()
    try:
        return supervisor.run()
    finally:
        if admin and not said.is_set():
            # The password is shown once only, so not even a failed first start may swallow it.
            supervisor.lines.say(_sign_in(admin))


def welcome_text(env: Mapping[str, str], admin: Mapping[str, str]) -> str:
    """What is printed when it is ready: the address, and how to get in."""
    host = BIND.read(env)
    shown = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::", "::1") else host
    lines = [f"Plumbline is ready at http://{shown}:{env['PORT']}", "Ctrl+C stops it."]
    if admin:
        lines[1:1] = [_sign_in(admin), "This password is shown only now."]
    else:
        lines[1:1] = [f"A new password: .venv/bin/plumb user password --email {ADMIN_EMAIL.read(env)}"]
    width = max(map(len, lines))
    bar = "+" + "-" * (width + 4) + "+"
    return "\n".join(["", bar, *(f"|  {line:<{width}}  |" for line in lines), bar, ""])


def _sign_in(admin: Mapping[str, str]) -> str:
    return f"Sign in as {admin['email']} with the password {admin['password']}"


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
    except LocalError as error:
        problem = str(error)
    except OSError as error:
        problem = explain_os_error(error)
    except (KeyboardInterrupt, _Stopped):
        return 130
    if problem:
        print(problem, file=sys.stderr, flush=True)
    return 1
