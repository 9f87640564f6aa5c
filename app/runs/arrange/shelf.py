"""Files of this machine that can be made again: unpacked results and orders of rows, for a while.

All processes of a machine share the folder. It is bounded: what was longest unused goes first. A file is
written under another name and then renamed, so that a reader sees all of it or none.
"""

import hashlib
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pyarrow as pa

from app.core import runtime

LONGEST_UNUSED_S = 1800
NEW = ".new-"


def key(*parts: object) -> str:
    """A file name that nobody can guess: the parts, under this installation's secret."""
    secret = runtime.settings().secret_key.encode()
    text = "\0".join(map(str, parts)).encode()
    return hashlib.blake2b(text, key=hashlib.sha256(secret).digest(), digest_size=20).hexdigest()


def room() -> int:
    """Bytes that the shelf may hold."""
    return runtime.settings().shelf_bytes


def find(name: str) -> Path | None:
    """The file of this name, which counts as used now."""
    file = folder() / name
    try:
        os.utime(file)
    except FileNotFoundError:
        return None
    return file


@contextmanager
def put(name: str) -> Iterator[pa.NativeFile]:
    """Write the file of this name; an error leaves nothing behind."""
    place = folder()
    descriptor, path = tempfile.mkstemp(dir=place, prefix=NEW)
    os.close(descriptor)
    try:
        with pa.OSFile(path, "wb") as file:
            yield file
        Path(path).rename(place / name)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(path).unlink()
        raise
    _tidy(place, keep=name)


def _tidy(place: Path, keep: str) -> None:
    """Remove what nobody used for long, then the longest unused until the rest fits. Open files live on."""
    left = room()
    oldest = time.time() - LONGEST_UNUSED_S
    found = []
    for file in place.iterdir():
        with suppress(FileNotFoundError):
            found.append((file.name == keep, file.stat().st_mtime, file.stat().st_size, file))
    for kept, used_at, size, file in sorted(found, reverse=True):
        left -= size
        full = left < 0 and not file.name.startswith(NEW)  # what is being written is not in anybody's way
        if not kept and (full or used_at < oldest):
            with suppress(FileNotFoundError):
                file.unlink()


def folder() -> Path:
    """Ours alone: results are for those who may see their run. PermissionError where others could look."""
    chosen = runtime.settings().shelf_folder
    place = Path(chosen) if chosen else Path(tempfile.gettempdir()) / f"plumbline-{os.getuid()}"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    facts = place.lstat()
    if stat.S_ISLNK(facts.st_mode) or facts.st_uid != os.getuid() or facts.st_mode & 0o077:
        raise PermissionError(f"{place} must be a folder that only this user can open")
    return place
