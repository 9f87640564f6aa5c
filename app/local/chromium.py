"""The browser of the browser tests: found on the machine, else Debian's. `python3 -m app.local.chromium`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from app.local.commands import run_quietly
from app.local.errors import LocalError, explain_os_error

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ROOT = Path(__file__).resolve().parents[2]


def find_chromium() -> str | None:
    """The path of a Chromium or Chrome on this machine."""
    return next((path for path in map(shutil.which, _NAMES) if path), None)


def ensure_chromium() -> str:
    """The same, installed where there is none. LocalError says what to do where that cannot be done."""
    found = find_chromium()
    if found:
        return found
    if not shutil.which("apt-get"):
        raise LocalError("The browser tests need Chromium or Chrome on PATH: install one.")
    prefix = _as_root()
    print("Installing Chromium for the browser tests ...", flush=True)
    log = _ROOT / "var" / "chromium.log"
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    options = ["-y", "-q", "--no-install-recommends"]
    for what in (["update", "-q"], ["install", *options, "chromium"]):
        run_quietly([*prefix, "apt-get", *what], log=log, purpose="installing Chromium", cwd=_ROOT, env=env)
    found = find_chromium()
    if found is None:
        raise LocalError(f"Chromium was installed but is not on PATH (see {log}).")
    return found


def _as_root() -> list[str]:
    if os.geteuid() == 0:
        return []
    asked = ["sudo", "-n", "true"]
    if shutil.which("sudo") and subprocess.run(asked, capture_output=True, check=False).returncode == 0:
        return ["sudo", "-n"]
    raise LocalError("The browser tests need Chromium: install it as root with `apt-get install chromium`.")


def main() -> int:
    try:
        ensure_chromium()
    except LocalError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(explain_os_error(error), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
