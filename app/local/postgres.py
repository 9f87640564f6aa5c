"""A Postgres server of our own: its data in one directory, reached by nobody but the user who started it."""

import os
import secrets
import signal
from pathlib import Path
from urllib.parse import quote

from app.local.binaries import postgres_bin_dir, runnable_by
from app.local.errors import LocalError
from app.local.places import hold, make_directory, reachable_home, socket_directory
from app.local.postgres_locks import clear_stale_locks, end_orphan, is_ready
from app.local.postgres_setup import (
    ENVIRONMENT,
    SUPERUSER,
    check_version,
    create_data,
    ensure_database,
    write_private,
)
from app.local.processes import Account, account, spawn, wait_until
from app.local.server import PrivateServer

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
_NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PrivatePostgres(PrivateServer):
    """Start and stop a server whose files live in `directory`; data survives restarts and kill -9.

    The socket's directory has mode 0700 and every role needs a password (SCRAM), kept in a file of mode 0600.
    Root's server runs as `nobody`, because Postgres refuses root; where `nobody` cannot reach `directory`, it
    becomes a link to a machine-wide one. `durable=False` trades safety after a crash for speed, for tests.
    """

    name = "Postgres"
    variable = "DATABASE_URL"
    _ends = ((signal.SIGINT, 30), (signal.SIGQUIT, 5))

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
        return self.url_for(SUPERUSER, self._password(SUPERUSER), "postgres")

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
        end_orphan(self._data)
        if self._log.exists() and self._log.stat().st_size > _LOG_LIMIT:
            self._log.unlink()
        if not (self._data / "PG_VERSION").exists():
            password = self._password(SUPERUSER)
            if not create_data(self._data, self.bin_dir, password, self._log, self._run_as):
                raise LocalError(self._why_not("did not start"))
        check_version(self._data, self.bin_dir)
        # Nobody else runs on this data: we hold its lock and there was no orphan, or it has ended.
        clear_stale_locks(self._data, self.socket_dir / f".s.PGSQL.{_PORT}")
        # A killed server's own children may hold its memory for a moment longer.
        if not wait_until(self._launch, 20):
            raise LocalError(self._why_not("did not start"))
        connection = {
            "PGHOST": str(self.socket_dir),
            "PGPORT": str(_PORT),
            "PGUSER": SUPERUSER,
            "PGPASSWORD": self._password(SUPERUSER),
            "PGDATABASE": "postgres",
        }
        names = {"role": self.role, "password": self._password(self.role), "database": self.database}
        ensure_database(self.bin_dir, connection, names)

    def _launch(self) -> bool:
        settings = _SETTINGS | {"unix_socket_directories": str(self.socket_dir), "port": str(_PORT)}
        if not self._durable:
            settings |= _NOT_DURABLE
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with self._log.open("ab") as log:
            process = spawn(
                [self.bin_dir / "postgres", "-D", self._data, *options],
                env=ENVIRONMENT,
                cwd=self._home,
                output=log,
                parent_gone=signal.SIGINT,
                run_as=self._run_as,
            )
        self._process = process
        # Replaying the log after a crash may take long; a server that gave up ends by itself.
        wait_until(lambda: process.poll() is not None or is_ready(self._data, process.pid), 300)
        return process.poll() is None

    def _why_not(self, what: str) -> str:
        said = self._log.read_text(errors="replace").splitlines()[-40:]
        if any("No space left on device" in line for line in said):
            return f"The disk is full ({self._home}): free some space and start again."
        worst = [line for line in said if "FATAL" in line or "PANIC" in line or "error:" in line]
        last = (worst or said or ["no message"])[-1]
        return f"The private Postgres server {what}: {last} (see {self._log})."

    def _password(self, role: str) -> str:
        file = self._home / f"password.{role}"
        if not file.exists():
            write_private(file, secrets.token_urlsafe(24))
        return file.read_text().strip()


def _unprivileged() -> Account:
    found = account("nobody")
    if found is None:
        raise LocalError("Postgres refuses to run as root and there is no user `nobody`: set DATABASE_URL.")
    return found
