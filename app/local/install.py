"""Makes a checkout runnable: virtual environment, packages, islands.

`python3 -m app.local.install [EXTRA ...]` needs Python 3.11 or newer and its standard library alone. What is
up to date is left as it is: a stamp beside each result remembers what it was made from.
"""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from app.local.errors import LocalError, explain_os_error
from app.local.islands import build_islands, has_node
from app.local.venv import ensure_venv

ROOT = Path(__file__).resolve().parents[2]


def install(root: Path, extras: set[str]) -> None:
    """Bring the virtual environment and the islands up to date. LocalError says what stands in the way."""
    with_tests = "test" in extras
    if not has_node():
        build_islands(root, ensure_venv(root, extras), with_tests)
        return
    # Both wait for the network most of the time.
    with ThreadPoolExecutor() as pool:
        venv = pool.submit(ensure_venv, root, extras)
        islands = pool.submit(build_islands, root, root / ".venv", with_tests)
    venv.result()
    islands.result()


def main() -> int:
    # Ctrl+C reaches the commands that run, too: there is nothing to wait for.
    signal.signal(signal.SIGINT, lambda *_: os._exit(130))
    try:
        install(ROOT, set(sys.argv[1:]))
    except LocalError as error:
        problem = str(error)
    except OSError as error:
        problem = explain_os_error(error)
    except subprocess.CalledProcessError as error:
        problem = f"This command failed: {error.cmd}"
    else:
        return 0
    print(problem, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
