"""A whole installation as it is deployed, over real servers: for browser tests and the bench."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import warnings
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self
from urllib.error import URLError

import psutil

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
PATIENCE_S = 120  # of a machine that is busy with other tests


class Installation:
    """Web, worker and scheduler over the given environment; `url` answers once the block is entered."""

    def __init__(
        self,
        environment: Mapping[str, str],
        log: Path,
        processes: tuple[str, ...] = ("web", "worker"),
        commands: Mapping[str, str] | None = None,
    ) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = {
            **os.environ,
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "PORT": str(self.port),
            "PLUMB_BIND": "127.0.0.1",
            "PYTHONFAULTHANDLER": "1",
            **environment,
        }
        self._log = log
        self._names = processes
        self._commands = {**procfile(), **(commands or {})}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        try:
            for name in self._names:
                self.start(name)
            if "web" in self._names:
                self._wait_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
        for name in self.processes:
            self.stop(name)

    def stop(self, name: str) -> None:
        """End one process as a platform does: SIGTERM, and SIGKILL when it does not go."""
        process = self.processes[name]
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            for each in (*psutil.Process(process.pid).children(recursive=True), process):
                with suppress(psutil.NoSuchProcess):
                    each.send_signal(signal.SIGABRT)  # each thread says in the log where it is
            time.sleep(1)
            process.kill()
            process.wait()
            said = self._log.read_text(errors="replace")[-8000:]
            warnings.warn(f"{name} did not end within 30 seconds:\n{said}", stacklevel=2)

    def start(self, name: str) -> None:
        """Start one process of the Procfile, or by a command of the caller's."""
        command = self._commands[name]
        with self._log.open("ab") as log:
            self.processes[name] = subprocess.Popen(
                ["/bin/sh", "-c", f"exec {command}"], cwd=ROOT, env=self._environment, stdout=log, stderr=log
            )

    def _wait_ready(self) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
                    if answer.status == 200:
                        return
            except (URLError, OSError):
                time.sleep(0.05)
        raise RuntimeError(f"the installation did not become ready:\n{self._log.read_text()[-3000:]}")


def procfile() -> dict[str, str]:
    """Process name -> command."""
    lines = (ROOT / "Procfile").read_text().splitlines()
    return {
        name.strip(): command.strip()
        for name, _, command in (line.partition(":") for line in lines if ":" in line)
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def chromium() -> str:
    """Path of the browser. `make test` installs one where there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    raise RuntimeError("there is no Chromium; run `make test`, or install the package chromium")
