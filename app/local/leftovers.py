"""Processes that outlived a killed supervisor: written down when they start, ended before the next start."""

import contextlib
import os
import signal
from collections.abc import Iterable
from pathlib import Path

from app.local.processes import born, is_alive, kill_sessions, wait_until

_PATIENCE = 15


def remember(file: Path, pids: Iterable[int]) -> None:
    """Write down these leaders of sessions, each with the moment of its birth: numbers are used again."""
    file.write_text("".join(f"{pid} {born(pid)}\n" for pid in pids))


def end_leftovers(file: Path) -> int:
    """End those that still live, their children too; returns how many there were."""
    try:
        lines = file.read_text().splitlines()
    except FileNotFoundError:
        return 0
    alive: list[int] = []
    for line in lines:
        pid, _, then = line.partition(" ")
        if pid.isdigit() and then and is_alive(int(pid)) and born(int(pid)) == then:
            alive.append(int(pid))
    for leader in alive:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(leader, signal.SIGTERM)
    wait_until(lambda: not any(map(is_alive, alive)), _PATIENCE)
    kill_sessions(set(alive))
    file.unlink()
    return len(alive)
