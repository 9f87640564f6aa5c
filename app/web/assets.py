"""Addresses of static files that change with their content."""

import hashlib
from functools import lru_cache
from pathlib import Path


def version(path: Path) -> str:
    """Ten hex digits of the file's SHA-256; read again only when the file has changed."""
    try:
        return _digest(path, path.stat().st_mtime_ns)
    except OSError:
        return "missing"


@lru_cache(maxsize=512)
def _digest(path: Path, changed_ns: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]
