"""Runs `app.local.first_start` in a process of its own, when there is something for it to do."""

import json
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from app.local.errors import AlreadySaid
from app.local.options import DEMO_WANTED
from app.local.processes import spawn
from app.local.stamps import fingerprint, is_current


def prepare_once(stamp: Path, env: Mapping[str, str], root: Path, var: Path) -> dict[str, str]:
    """Prepare our own database, unless the same migrations did so at the same place: it takes seconds."""
    wanted = fingerprint(root, (root / "migrations").rglob("*.py"), env["DATABASE_URL"])
    if is_current(stamp, wanted):
        return {}
    admin = prepare(env, root, var)
    if not (var / DEMO_WANTED).exists() and "setup" not in admin:
        stamp.write_text(wanted)
    return admin


def prepare(env: Mapping[str, str], root: Path, var: Path) -> dict[str, str]:
    """What `first_start.prepare` returns. Raises AlreadySaid when it failed."""
    process = spawn(
        [sys.executable, "-m", "app.local.first_start", var],
        env=env,
        cwd=root,
        output=subprocess.PIPE,
        errors=None,  # progress goes straight to the terminal
        parent_gone=signal.SIGKILL,
    )
    try:
        answer, _ = process.communicate()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    if process.returncode != 0:
        raise AlreadySaid
    made: dict[str, str] = json.loads(answer)
    return made
