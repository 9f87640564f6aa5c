"""Starting and stopping single processes so that none outlives the one who started it."""

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_PR_SET_PDEATHSIG = 1
_STATS = Path("/proc/self/stat")
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True, slots=True)
class Account:
    """An operating-system user that a child shall run as."""

    name: str
    uid: int
    gid: int
    home: str


def account(name: str) -> Account | None:
    """The user of that name, or None where the machine has none."""
    try:
        found = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(found.pw_name, found.pw_uid, found.pw_gid, found.pw_dir)


def spawn(
    command: Sequence[str | os.PathLike[str]],
    *,
    env: Mapping[str, str],
    cwd: Path,
    output: IO[bytes] | int,
    errors: int | None = subprocess.STDOUT,
    parent_gone: signal.Signals,
    run_as: Account | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own; on Linux it gets the signal `parent_gone` if we are killed.

    Call it from the main thread: Linux ties the parent's death to the thread that forked.
    """
    return subprocess.Popen(
        [os.fspath(part) for part in command],
        env=dict(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=errors,
        start_new_session=True,
        preexec_fn=_die_with_parent(parent_gone),
        user=run_as.uid if run_as else None,
        group=run_as.gid if run_as else None,
        extra_groups=[] if run_as else None,
    )


def _die_with_parent(how: signal.Signals) -> Callable[[], None] | None:
    if _libc is None:
        return None
    libc, parent = _libc, os.getpid()

    def ask() -> None:
        # Runs after the change of user, which would clear the request.
        libc.prctl(_PR_SET_PDEATHSIG, int(how), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return ask


def stop(process: subprocess.Popen[bytes], *steps: tuple[signal.Signals, float]) -> None:
    """Send each signal in turn and wait that many seconds for the end, then SIGKILL."""
    for how, patience in steps:
        if process.poll() is not None:
            return
        process.send_signal(how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    if process.poll() is None:
        process.kill()
        process.wait()


def kill_sessions(sessions: Set[int]) -> None:
    """Kill whoever is left in these sessions; without /proc only the leaders' groups can be found."""
    for session in sessions:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(session, signal.SIGKILL)
    for place in Path("/proc").glob("[0-9]*/stat"):
        fields = _stat(place)
        if len(fields) > 3 and int(fields[3]) in sessions:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(int(place.parent.name), signal.SIGKILL)


def is_alive(pid: int) -> bool:
    """Whether a process of that id exists and is no zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return _state(pid) != "Z"


def born(pid: int) -> str:
    """When a process began: with its number this names it for good. Empty when it is gone."""
    fields = _stat(Path(f"/proc/{pid}/stat"))
    if len(fields) > 19:
        return fields[19]
    return "" if _STATS.exists() else _asked_of_ps("lstart=", pid)


def command_line(pid: int) -> str:
    """The command line of any process on this machine; empty when it is gone."""
    if not _STATS.exists():
        return _asked_of_ps("command=", pid)
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""


def wait_until(true: Callable[[], bool], patience: float) -> bool:
    """Ask every 20 ms until it is true; False when `patience` seconds have passed."""
    end = time.monotonic() + patience
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def _asked_of_ps(what: str, pid: int) -> str:
    asked = subprocess.run(["ps", "-ww", "-o", what, "-p", str(pid)], capture_output=True, check=False)
    return " ".join(asked.stdout.decode(errors="replace").split())


def _state(pid: int) -> str:
    return next(iter(_stat(Path(f"/proc/{pid}/stat"))), "")


def _stat(place: Path) -> list[str]:
    """State, parent, group, session ... of a process; empty when it is gone."""
    try:
        return place.read_text().rpartition(")")[2].split()
    except OSError:
        return []
