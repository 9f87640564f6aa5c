"""A supervisor in a process of its own, so that tests can send it signals, or kill it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from app.local.processes import is_alive

_PROGRAM = """
import json, os, sys
from pathlib import Path
from app.local.supervisor import Supervisor

commands, patience = json.loads(sys.argv[1])
sys.exit(Supervisor(commands, env=os.environ, cwd=Path("."), patience=patience).run())
"""
LONG = 30.0


class Supervised:
    """`commands` under a supervisor. Each may write its process id to a file in `folder`."""

    def __init__(self, folder: Path, commands: dict[str, str], patience: float = LONG) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, json.dumps([commands, patience])],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "FOLDER": str(folder)},
        )

    def pid(self, name: str) -> int:
        """Waits until the process of that name has written its id."""
        file = self.folder / name
        eventually(lambda: file.exists() and file.read_text().strip() != "")
        return int(file.read_text())

    def finish(self) -> tuple[int, str]:
        """Exit code and output, once it has ended."""
        output, _ = self.process.communicate(timeout=60)
        return self.process.returncode, output


def python(code: str) -> str:
    """A command that runs this Python; `me(name)` writes its id, for `Supervised.pid`."""
    head = (
        "import os, signal, subprocess, sys, time; from pathlib import Path; "
        "me = lambda name: Path(os.environ['FOLDER'], name).write_text(str(os.getpid())); "
    )
    return f"{sys.executable} -u -c {json.dumps(head + code)}"


def eventually(true: Callable[[], bool], patience: float = LONG) -> None:
    """Waits for what is about to happen."""
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end, "this did not happen"
        time.sleep(0.02)


def gone(pid: int) -> bool:
    return not is_alive(pid)
