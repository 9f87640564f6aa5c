"""Room on the disk, looked at before something is half written."""

import shutil
from pathlib import Path

from app.local.errors import LocalError

MEGABYTE = 1_000_000


def require_space(path: Path, needed: int, purpose: str) -> None:
    """LocalError when the disk of `path` has fewer free bytes than `needed`."""
    free = shutil.disk_usage(path).free
    if free < needed:
        raise LocalError(
            f"The disk is full: {purpose} needs {needed // MEGABYTE} MB at {path}, "
            f"and {free // MEGABYTE} MB are free."
        )
