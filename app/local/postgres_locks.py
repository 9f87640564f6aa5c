"""What a killed Postgres server leaves in its directories, and a server that outlived its owner."""

import contextlib
import os
import signal
from pathlib import Path

from app.local.errors import LocalError
from app.local.processes import command_line, is_alive, wait_until

_PID_FILE = "postmaster.pid"


def end_orphan(data: Path) -> None:
    """Stop a server that still runs on this data. LocalError when it does not end."""
    pid = _first_number(data / _PID_FILE)
    if pid is None or not is_alive(pid) or f"-D {data} " not in command_line(pid) + " ":
        return
    for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, how)
        if wait_until(lambda: not is_alive(pid), 20):
            return
    raise LocalError(f"An older Postgres server (process {pid}) does not end: stop it and start again.")


def clear_stale_locks(data: Path, socket_file: Path) -> None:
    """Remove what would keep a server from starting. Only for whoever knows that none runs on this data.

    The server removes its own lock file by itself, but not one whose process id is somebody else's by now.
    """
    pid = _first_number(data / _PID_FILE)
    if pid is not None and is_alive(pid):
        (data / _PID_FILE).unlink()
    for file in (socket_file, socket_file.with_name(socket_file.name + ".lock")):
        file.unlink(missing_ok=True)


def is_ready(data: Path, pid: int) -> bool:
    """Whether the server with this process id takes connections: it notes its state in the eighth line."""
    try:
        noted = (data / _PID_FILE).read_text().splitlines()
    except OSError:
        return False
    return len(noted) > 7 and noted[0] == str(pid) and noted[7].strip() == "ready"


def _first_number(path: Path) -> int | None:
    try:
        return int(path.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None
