"""A Redis (Valkey) server of our own on a unix socket that nobody else on the machine can open."""

import os
import re
import signal
import socket
from pathlib import Path
from urllib.parse import quote

from app.local.binaries import redis_server
from app.local.errors import LocalError
from app.local.places import hold, make_directory, socket_directory
from app.local.processes import is_alive, spawn, wait_until
from app.local.server import PrivateServer


class PrivateRedis(PrivateServer):
    """Start and stop a server whose files live in `directory`; it saves now and then, and when it stops."""

    name = "Redis"
    variable = "REDIS_URL"
    _ends = ((signal.SIGTERM, 15),)

    def __init__(self, directory: Path) -> None:
        self.directory = directory.absolute()
        self._program = redis_server()

    def start(self) -> None:
        """Start it, and return when it answers. LocalError when it cannot."""
        make_directory(self.directory, 0o700)
        self._lock = hold(
            self.directory / "lock", f"Another process already runs the Redis server in {self.directory}."
        )
        try:
            self._end_orphan()
            self._launch()
        except BaseException:
            self.stop()
            raise

    @property
    def socket(self) -> Path:
        """The socket's path."""
        return socket_directory(self.directory) / "redis.sock"

    @property
    def url(self) -> str:
        """Database 0 of this server."""
        return self.url_for(0)

    def url_for(self, database: int) -> str:
        """One of its sixteen databases."""
        return f"unix://{quote(str(self.socket))}?db={database}"

    @property
    def _log(self) -> Path:
        return self.directory / "redis.log"

    def _launch(self) -> None:
        self.socket.unlink(missing_ok=True)
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.directory),
            "save": "60 1",
            "appendonly": "no",
            "maxmemory-policy": "noeviction",
        }
        arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
        with self._log.open("wb") as log:
            process = spawn(
                [self._program, *arguments],
                env={"PATH": os.defpath, "LC_ALL": "C"},
                cwd=self.directory,
                output=log,
                parent_gone=signal.SIGTERM,
            )
        self._process = process
        wait_until(lambda: process.poll() is not None or self._answers(), 60)
        if process.poll() is not None or not self._answers():
            raise LocalError(self._why_not("did not start"))

    def _why_not(self, what: str) -> str:
        if "No space left on device" in self._log.read_text(errors="replace"):
            return f"The disk is full ({self.directory}): free some space and start again."
        return f"The private Redis server {what} (see {self._log})."

    def _answers(self) -> bool:
        return self._ask("PING").startswith("+PONG")

    def _end_orphan(self) -> None:
        # Our lock is held, so whoever answers here is a server whose supervisor was killed.
        found = re.search(r"process_id:(\d+)", self._ask("INFO server"))
        if found is None:
            return
        pid = int(found[1])
        os.kill(pid, signal.SIGTERM)
        if not wait_until(lambda: not is_alive(pid), 15):
            raise LocalError(f"An older Redis server (process {pid}) does not end: stop it and start again.")

    def _ask(self, command: str) -> str:
        """The beginning of the answer to one command; empty when nobody answers."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(5)
                connection.connect(str(self.socket))
                connection.sendall(f"{command}\r\n".encode())
                return connection.recv(4096).decode(errors="replace")
        except OSError:
            return ""
