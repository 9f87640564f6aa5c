"""Directories of the private servers: who may enter, how long a socket's path may be, who holds the lock."""

import fcntl
import hashlib
import os
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path
from typing import IO

from app.local.errors import LocalError
from app.local.processes import Account

# sun_path holds 108 bytes on Linux and 104 on macOS, with a closing zero; Postgres appends a name.
_LONGEST_SOCKET_DIRECTORY = 103 - len("/.s.PGSQL.5432.lock")
_MACHINE_WIDE = Path("/var/lib/plumbline")


def make_directory(path: Path, mode: int, owner: Account | None = None) -> Path:
    """Create it where needed, with exactly this mode and owner whatever the umask says."""
    path.mkdir(parents=True, exist_ok=True)
    if owner is not None and path.stat().st_uid != owner.uid:
        os.chown(path, owner.uid, owner.gid)
    if stat.S_IMODE(path.stat().st_mode) != mode:
        path.chmod(mode)
    return path


def can_enter(path: Path, who: Account) -> bool:
    """Whether that user can reach the directory; asked as that user, so that every rule counts."""
    asked = subprocess.run(
        ["/bin/sh", "-c", 'cd "$1"', "sh", os.fspath(path)],
        user=who.uid,
        group=who.gid,
        extra_groups=[],
        cwd="/",
        capture_output=True,
        check=False,
    )
    return asked.returncode == 0


def reachable_home(wanted: Path, who: Account) -> Path:
    """`wanted` if that user can reach it, else a machine-wide directory that `wanted` becomes a link to."""
    if wanted.is_symlink():
        return make_directory(wanted.resolve(), 0o711)
    wanted.parent.mkdir(parents=True, exist_ok=True)
    if wanted.is_dir() and can_enter(wanted, who):
        return wanted
    if not wanted.exists() and can_enter(wanted.parent, who):
        return make_directory(wanted, 0o711)
    elsewhere = _MACHINE_WIDE / _digest(wanted)
    make_directory(_MACHINE_WIDE, 0o711)
    if wanted.is_dir():
        if any(wanted.iterdir()):
            shutil.move(wanted, elsewhere)
        else:
            wanted.rmdir()
    make_directory(elsewhere, 0o711)
    wanted.symlink_to(elsewhere)
    return elsewhere


def socket_directory(home: Path, owner: Account | None = None) -> Path:
    """A directory with mode 0700 for a unix socket: in `home`, or a short one where that path is too long."""
    inside = home / "socket"
    if len(os.fsencode(inside)) <= _LONGEST_SOCKET_DIRECTORY:
        return make_directory(inside, 0o700, owner)
    uid = owner.uid if owner else os.getuid()
    # A fixed place under /tmp keeps the address the same between starts.
    short = Path(tempfile.gettempdir()) / f"plumb-{uid}-{_digest(home)}"
    if len(os.fsencode(short)) > _LONGEST_SOCKET_DIRECTORY:
        short = Path("/tmp") / short.name
    return _claim(short, uid, owner)


def _claim(path: Path, uid: int, owner: Account | None) -> Path:
    try:
        path.mkdir(mode=0o700)
        if owner is not None:
            os.chown(path, owner.uid, owner.gid)
    except FileExistsError:
        pass
    seen = path.lstat()
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != uid or stat.S_IMODE(seen.st_mode) & 0o077:
        raise LocalError(f"{path} belongs to somebody else: remove it, or use a shorter path.")
    return path


def hold(path: Path, busy: str) -> IO[str]:
    """Take a lock that ends with this process, however it ends; LocalError(busy) where another holds it."""
    file = path.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise LocalError(busy) from None
    return file


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path.absolute())).hexdigest()[:12]
