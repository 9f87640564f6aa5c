"""The Procfile: which processes make up the product, one `name: command` a line."""

import re
from collections.abc import Mapping
from pathlib import Path

from app.local.errors import LocalError

_LINE = re.compile(r"([A-Za-z0-9_-]+):\s*(\S.*)")
_ONCE = "release"  # run before a deployment, not kept running


def read_procfile(path: Path) -> dict[str, str]:
    """Every process type with its shell command, in the file's order. LocalError names a bad line."""
    try:
        text = path.read_text()
    except FileNotFoundError:
        raise LocalError(f"{path} is missing: start from a whole checkout or wheel.") from None
    processes: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None:
            raise LocalError(f"Line {number} of {path} is not `name: command`: {line}")
        if found[1] in processes:
            raise LocalError(f"Line {number} of {path} names `{found[1]}` a second time.")
        processes[found[1]] = found[2]
    return processes


def kept_running(processes: Mapping[str, str]) -> dict[str, str]:
    """The processes that a supervisor keeps: all but `release`."""
    return {name: command for name, command in processes.items() if name != _ONCE}
