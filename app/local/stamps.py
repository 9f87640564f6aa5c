"""Remembering what a result was made from, to make it again only when that has changed."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path


def fingerprint(root: Path, files: Iterable[Path], *also: str) -> str:
    """One hash over the files' names and contents, and over whatever else counts."""
    digest = hashlib.sha256("\0".join(also).encode())
    for file in sorted(files):
        digest.update(os.fsencode(file.relative_to(root)) + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def is_current(stamp: Path, wanted: str) -> bool:
    """Whether the stamp says that the result was made from exactly this."""
    try:
        return stamp.read_text().strip() == wanted
    except OSError:
        return False
