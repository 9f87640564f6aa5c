"""The checkout's virtual environment, with the package in it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from app.local.commands import run_quietly
from app.local.errors import LocalError
from app.local.space import MEGABYTE, require_space
from app.local.stamps import fingerprint

_SPACE = 1_200 * MEGABYTE
# Most modules are never imported: compiling each at its first import is much less work than all of them now.
_PIP_OPTIONS = ("--no-compile", "--no-input", "--disable-pip-version-check")


@dataclass(frozen=True, slots=True)
class _Installed:
    """What the environment was made from, which extras it has, and where it was made."""

    made_from: str = ""
    extras: tuple[str, ...] = ()
    root: str = ""


def ensure_venv(root: Path, extras: set[str]) -> Path:
    """`.venv` with the package (editable) and these extras in it, made or brought up to date where needed."""
    venv = root / ".venv"
    stamp = venv / ".plumb-installed.json"
    kept, made_from, works = _read(stamp), _made_from(root), _works(venv)
    if works and kept.made_from == made_from and extras <= set(kept.extras):
        return venv
    if venv.exists() and not (works and kept.root in ("", str(root))):
        # A virtual environment holds absolute paths: one that was moved or half made is made again.
        shutil.rmtree(venv)
        kept = _Installed()
    wanted = sorted(extras | set(kept.extras))
    require_space(root, _SPACE, "installing the dependencies")
    if not venv.exists():
        _create(root, venv)
    print("Installing the dependencies, which takes about a minute ...", flush=True)
    install_packages(root, venv, "-e", f"{root}[{','.join(wanted)}]")
    stamp.write_text(json.dumps(asdict(_Installed(made_from, tuple(wanted), str(root)))))
    return venv


def install_packages(root: Path, venv: Path, *what: str) -> None:
    """Install with uv, which loads many packages at once; where that fails, with pip as configured here."""
    python = venv / "bin" / "python"
    pip: list[str | Path] = [python, "-m", "pip", "install", *_PIP_OPTIONS]
    try:
        uv = shutil.which("uv") or venv / "bin" / "uv"
        if not Path(uv).exists():
            _run(root, [*pip, "uv"])
        _run(root, [uv, "pip", "install", "--python", python, *what])
    except LocalError:
        _run(root, [*pip, *what])


def _run(root: Path, command: Sequence[str | Path], purpose: str = "installing the dependencies") -> None:
    run_quietly(command, log=root / "var" / "install.log", purpose=purpose, cwd=root, env=os.environ)


def _create(root: Path, venv: Path) -> None:
    uv = shutil.which("uv")
    if uv is None and _missing_venv_module():
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        raise LocalError(
            f"Python's venv module is missing: install it (Debian, Ubuntu: apt install {package})."
        )
    by_uv: list[str | Path] = [uv or "uv", "venv", "--seed", "--python", sys.executable, venv]
    by_python: list[str | Path] = [sys.executable, "-m", "venv", venv]
    _run(root, by_uv if uv else by_python, "making the virtual environment")


def _missing_venv_module() -> bool:
    asked = subprocess.run([sys.executable, "-c", "import venv, ensurepip"], capture_output=True, check=False)
    return asked.returncode != 0


def _works(venv: Path) -> bool:
    try:
        asked = subprocess.run([venv / "bin" / "python", "-c", ""], capture_output=True, check=False)
    except OSError:
        return False
    return asked.returncode == 0


def _made_from(root: Path) -> str:
    sources = [root / "pyproject.toml", *(root / "app").rglob("*.pyx")]
    return fingerprint(root, sources, sys.version, str(root))


def _read(stamp: Path) -> _Installed:
    try:
        found = json.loads(stamp.read_text())
        return _Installed(found["made_from"], tuple(found["extras"]), found["root"])
    except (OSError, ValueError, KeyError, TypeError):
        return _Installed()
