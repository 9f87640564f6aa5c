"""A source of the tests' own, reached by TCP and by a socket, which a test may also kill.

PLUMB_TEST_SOURCE_BIN names the programs of another Postgres version to test against.
"""

import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from app.local.binaries import postgres_bin_dir

_SETTINGS = {"fsync": "off", "shared_buffers": "64MB", "max_prepared_transactions": "4", "jit": "off"}


@dataclass(frozen=True)
class Server:
    host: str
    port: int
    folder: str

    @property
    def admin_url(self) -> str:
        return f"postgresql://admin:admin@{self.host}:{self.port}/postgres"

    @property
    def source_url(self) -> str:
        """A role that is no superuser and owns its database, `source`."""
        return f"postgresql://reader:secret@{self.host}:{self.port}/source"

    @property
    def socket_url(self) -> str:
        return f"postgresql://reader:secret@:{self.port}/source?host={self.folder}"


@contextmanager
def running_server() -> Iterator[Server]:
    user = "nobody" if os.geteuid() == 0 else None  # Postgres refuses root
    with tempfile.TemporaryDirectory(prefix="plumb-source-") as name:
        folder = Path(name)
        folder.chmod(0o777)
        bin_dir = Path(os.environ.get("PLUMB_TEST_SOURCE_BIN") or postgres_bin_dir())
        (folder / "password").write_text("admin")
        (folder / "password").chmod(0o644)
        initdb: list[str | Path] = [
            bin_dir / "initdb",
            "-D",
            folder / "data",
            "-U",
            "admin",
            "-A",
            "scram-sha-256",
        ]
        initdb += [f"--pwfile={folder}/password", "-E", "UTF8", "--no-locale", "--no-sync"]
        subprocess.run(initdb, user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        server = Server("127.0.0.1", _free_port(), name)
        settings = _SETTINGS | {"port": str(server.port), "unix_socket_directories": name}
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        command: list[str | Path] = [bin_dir / "postgres", "-D", folder / "data", *options]
        process = subprocess.Popen(command, user=user, cwd=folder, stderr=(folder / "log").open("wb"))
        try:
            _prepare(server)
            yield server
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(2)
            process.kill()
            process.wait()


def _prepare(server: Server) -> None:
    for _ in range(100):
        with suppress(psycopg.OperationalError):
            with psycopg.connect(server.admin_url, autocommit=True) as admin:
                admin.execute("create role reader login password 'secret'")
                admin.execute("create database source owner reader")
            return
        time.sleep(0.1)
    raise TimeoutError("The source did not start.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
