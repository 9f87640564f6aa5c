"""What a second terminal needs to know about the installation that runs in this checkout."""

from collections.abc import Mapping
from pathlib import Path
from typing import IO

from app.core.shipped import IN_CHECKOUT, ROOT
from app.local.env_file import read_env_file, write_env_file
from app.local.errors import LocalError
from app.local.options import START, VAR
from app.local.places import hold


def var_of(environ: Mapping[str, str], root: Path = ROOT) -> Path:
    """The directory of the private servers' data and of keys.

    A checkout has its own; an installed wheel uses the person's folder for data, wherever they stand.
    """
    if IN_CHECKOUT or root != ROOT:
        return VAR.path(environ, root)
    if environ.get(VAR.name, "").strip():
        return VAR.path(environ, Path.cwd())
    data = environ.get("XDG_DATA_HOME", "").strip() or "~/.local/share"
    return Path(data).expanduser() / "plumbline"


def hold_installation(var: Path) -> IO[str]:
    """The right to run in this directory, until this process ends. LocalError when another has it."""
    port = read_env_file(var / "run.env").get("PORT")
    where = f" at http://localhost:{port}" if port else ""
    return hold(var / "lock", f"Plumbline already runs from {var}{where}: use it as it is, or stop it first.")


def publish(var: Path, variables: Mapping[str, str]) -> None:
    """Leave the variables of the running installation for other terminals of this user."""
    write_env_file(var / "run.env", variables)


def withdraw(var: Path) -> None:
    """Forget them when it stops."""
    (var / "run.env").unlink(missing_ok=True)


def with_running(environ: Mapping[str, str], root: Path = ROOT) -> dict[str, str]:
    """`environ`, completed from the running installation where it names no database itself.

    LocalError when it names none and nothing runs here.
    """
    if environ.get("DATABASE_URL"):
        return dict(environ)
    var = var_of(environ, root)
    found = read_env_file(var / "run.env")
    if not found or not _is_held(var / "lock"):
        raise LocalError(f"Plumbline is not running here: start it with `{START}`, or set DATABASE_URL.")
    return {**found, **{name: value for name, value in environ.items() if value}}


def _is_held(lock: Path) -> bool:
    if not lock.exists():
        return False
    try:
        hold(lock, "").close()
    except LocalError:
        return True
    return False
