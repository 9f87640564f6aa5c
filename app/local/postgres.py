"""A Postgres server of our own: its data in one directory, reached by nobody but the user who started it."""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
from pathlib import Path
from typing import IO, Self
from urllib.parse import quote

from app.local.binaries import postgres_bin_dir, postgres_major, runnable_by
from app.local.errors import LocalError
from app.local.places import hold, make_directory, reachable_home, socket_directory
from app.local.processes import Account, account, command_line, is_alive, spawn, stop, wait_until

_SUPERUSER = "postgres"
_PORT = 5432  # only part of the socket's name: the server listens on no network
_LOG_LIMIT = 5_000_000
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "64MB",
    "max_connections": "100",
    "max_wal_size": "512MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
}
# Only its owner may connect to the application's database: the demo's reader, for one, may not.
_ENSURE = r"""
SELECT format('CREATE ROLE %I LOGIN CREATEDB CREATEROLE PASSWORD %L', :'role', :'password')
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \gexec
SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'role')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
REVOKE ALL ON DATABASE :"database", postgres FROM PUBLIC;
"""
_NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PrivatePostgres:
    """Start and stop a server whose files live in `directory`; data survives restarts and kill -9.

    The socket's directory has mode 0700 and every role needs a password (SCRAM), kept in a file of mode 0600.
    Root's server runs as `nobody`, because Postgres refuses root; where `nobody` cannot reach `directory`, it
    becomes a link to a machine-wide one. `durable=False` trades safety after a crash for speed, for tests.
    """

    name = "Postgres"
    variable = "DATABASE_URL"

    def __init__(
        self, directory: Path, *, database: str = "plumbline", role: str = "plumbline", durable: bool = True
    ) -> None:
        self.directory = directory.absolute()
        self.database = database
        self.role = role
        self.bin_dir = postgres_bin_dir()
        self._durable = durable
        self._run_as = _unprivileged() if os.geteuid() == 0 else None
        self._home = self.directory
        self._lock: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start it, and return when it answers and has its role and database. LocalError when it cannot."""
        if self._run_as is None:
            make_directory(self.directory, 0o700)
        else:
            self._home = reachable_home(self.directory, self._run_as)
            self.bin_dir = runnable_by(self.bin_dir, self._run_as, self._home / "programs")
        busy = f"Another process already runs the Postgres server in {self._home}."
        self._lock = hold(self._home / "lock", busy)
        try:
            self._start_locked()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End it, open transactions rolled back; does nothing when it does not run."""
        if self._process is not None:
            stop(self._process, (signal.SIGINT, 30), (signal.SIGQUIT, 5))
            self._process = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def poll(self) -> int | None:
        """The exit code when the server has ended by itself, None while it runs."""
        return None if self._process is None else self._process.poll()

    @property
    def pid(self) -> int:
        """The server's process id; LocalError when it does not run."""
        if self._process is None:
            raise LocalError("The private Postgres server is not running.")
        return self._process.pid

    @property
    def socket_dir(self) -> Path:
        """What a client gives as its host."""
        return socket_directory(self._home, self._run_as)

    @property
    def url(self) -> str:
        """The application's own database, as a role that may create databases and roles."""
        return self.url_for(self.role, self._password(self.role), self.database)

    @property
    def admin_url(self) -> str:
        """The database `postgres`, as the superuser."""
        return self.url_for(_SUPERUSER, self._password(_SUPERUSER), "postgres")

    def url_for(self, role: str, password: str, database: str) -> str:
        """The URL by which that role reaches that database of this server."""
        who = f"{quote(role, safe='')}:{quote(password, safe='')}"
        return f"postgresql://{who}@/{quote(database, safe='')}?host={quote(str(self.socket_dir), safe='')}"

    @property
    def _data(self) -> Path:
        return self._home / "data"

    @property
    def _log(self) -> Path:
        return self._home / "postgres.log"

    def _start_locked(self) -> None:
        self._end_orphan()
        if not (self._data / "PG_VERSION").exists():
            self._create_data()
        self._check_version()
        self._clear_stale_locks()
        if self._log.exists() and self._log.stat().st_size > _LOG_LIMIT:
            self._log.unlink()
        # A killed server's own children may hold its memory for a moment longer.
        if not wait_until(self._launch, 20):
            raise LocalError(self._why_not())
        self._ensure_database()

    def _create_data(self) -> None:
        unfinished = self._home / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        make_directory(unfinished, 0o700, self._run_as)
        password_file = self._home / "password.once"
        password_file.unlink(missing_ok=True)
        _write_private(password_file, self._password(_SUPERUSER), self._run_as)
        try:
            self._init(unfinished, password_file)
        finally:
            password_file.unlink()
        unfinished.rename(self._data)

    def _init(self, data: Path, password_file: Path) -> None:
        # The built-in C.UTF-8 sorts and folds case alike on every machine; older servers lack it.
        modern = (postgres_major(self.bin_dir) or 0) >= 17
        locale = ["--locale-provider=builtin", "--locale=C.UTF-8"] if modern else ["--no-locale"]
        command: list[str | Path] = [
            self.bin_dir / "initdb",
            *("-D", data, "-U", _SUPERUSER, f"--pwfile={password_file}"),
            *("--encoding=UTF8", "--auth=scram-sha-256", *locale),
        ]
        with self._log.open("ab") as log:
            process = spawn(
                command,
                env=self._environment(),
                cwd=self._home,
                output=log,
                parent_gone=signal.SIGTERM,
                run_as=self._run_as,
            )
            if process.wait() != 0:
                raise LocalError(self._why_not())

    def _check_version(self) -> None:
        kept = (self._data / "PG_VERSION").read_text().strip()
        if kept != str(postgres_major(self.bin_dir)):
            raise LocalError(
                f"The data in {self._data} is of Postgres {kept}, but the server found is another version: "
                f"install version {kept}, or move that directory away to start empty."
            )

    def _launch(self) -> bool:
        settings = _SETTINGS | {"unix_socket_directories": str(self.socket_dir), "port": str(_PORT)}
        if not self._durable:
            settings |= _NOT_DURABLE
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with self._log.open("ab") as log:
            process = spawn(
                [self.bin_dir / "postgres", "-D", self._data, *options],
                env=self._environment(),
                cwd=self._home,
                output=log,
                parent_gone=signal.SIGINT,
                run_as=self._run_as,
            )
        self._process = process
        # Replaying the log after a crash may take long; a server that gave up ends by itself.
        wait_until(lambda: process.poll() is not None or self._answers(), 300)
        return process.poll() is None

    def _answers(self) -> bool:
        # The server notes its state in the eighth line: starting, ready, stopping.
        try:
            noted = (self._data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(noted) > 7 and noted[0] == str(self.pid) and noted[7].strip() == "ready"

    def _ensure_database(self) -> None:
        names = {"role": self.role, "database": self.database, "password": self._password(self.role)}
        # By standard input: the command line is for everybody to read.
        script = "".join(f"\\set {name} '{value}'\n" for name, value in names.items()) + _ENSURE
        asked = subprocess.run(
            [self.bin_dir / "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-f", "-"],
            input=script,
            env=self._environment()
            | {
                "PGHOST": str(self.socket_dir),
                "PGPORT": str(_PORT),
                "PGUSER": _SUPERUSER,
                "PGPASSWORD": self._password(_SUPERUSER),
                "PGDATABASE": "postgres",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        if asked.returncode != 0:
            raise LocalError(f"The private Postgres server cannot be set up: {asked.stderr.strip()}")

    def _end_orphan(self) -> None:
        pid = _first_number(self._data / "postmaster.pid")
        if pid is None or not self._is_ours(pid):
            return
        for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, how)
            if wait_until(lambda: not is_alive(pid), 20):
                return
        raise LocalError(f"An older Postgres server (process {pid}) does not end: stop it and start again.")

    def _is_ours(self, pid: int) -> bool:
        return is_alive(pid) and f"-D {self._data} " in command_line(pid) + " "

    def _clear_stale_locks(self) -> None:
        # We hold the lock, so no server of ours lives; a reused process id must not look like one.
        pid = _first_number(self._data / "postmaster.pid")
        if pid is not None and is_alive(pid):
            (self._data / "postmaster.pid").unlink()
        for name in (f".s.PGSQL.{_PORT}", f".s.PGSQL.{_PORT}.lock"):
            (self.socket_dir / name).unlink(missing_ok=True)

    def _why_not(self) -> str:
        said = self._log.read_text(errors="replace").splitlines()[-40:]
        if any("No space left on device" in line for line in said):
            return f"The disk is full ({self._home}): free some space and start again."
        worst = [line for line in said if "FATAL" in line or "PANIC" in line or "error:" in line]
        last = (worst or said or ["no message"])[-1]
        return f"The private Postgres server did not start: {last} (see {self._log})."

    def _password(self, role: str) -> str:
        file = self._home / f"password.{role}"
        if not file.exists():
            _write_private(file, secrets.token_urlsafe(24))
        return file.read_text().strip()

    def _environment(self) -> dict[str, str]:
        return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def _unprivileged() -> Account:
    found = account("nobody")
    if found is None:
        raise LocalError("Postgres refuses to run as root and there is no user `nobody`: set DATABASE_URL.")
    return found


def _write_private(path: Path, text: str, owner: Account | None = None) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text + "\n")
        if owner is not None:
            os.fchown(handle, owner.uid, owner.gid)


def _first_number(path: Path) -> int | None:
    try:
        return int(path.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None
