"""Long commands of others, run quietly: what they say goes to a log, and a failure becomes one sentence."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.local.errors import LocalError

_FULL = ("No space left on device", "ENOSPC", "Disk quota exceeded")
_OFFLINE = (
    "Temporary failure in name resolution",
    "Failed to establish a new connection",
    "ENOTFOUND",
    "ECONNREFUSED",
    "EAI_AGAIN",
    "dns error",
    "Network is unreachable",
)


def run_quietly(
    command: Sequence[str | os.PathLike[str]], *, log: Path, purpose: str, cwd: Path, env: Mapping[str, str]
) -> None:
    """Run it to its end. LocalError, in one sentence with the log's path, when it fails."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        code = subprocess.run(
            [os.fspath(part) for part in command],
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        ).returncode
    if code != 0:
        raise LocalError(_sentence(log, purpose, code))


def _sentence(log: Path, purpose: str, code: int) -> str:
    said = log.read_text(errors="replace")
    if any(word in said for word in _FULL):
        return f"The disk is full: {purpose} failed; free some space and start again."
    if any(word in said for word in _OFFLINE):
        return f"The package index cannot be reached: {purpose} failed; check the network (details in {log})."
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if "error" in line.lower()] or lines or [f"exit code {code}"]
    return f"{purpose[0].upper()}{purpose[1:]} failed: {telling[-1]} (details in {log})."
