"""A stored million rows as files, beside psql's `\\copy csv` of the same. `python -m tests.bench.exports`"""

import threading
import time
from http.client import HTTPConnection

from tests.bench.memory import family, rss_mib
from tests.bench.stage import Stage, interleaved, report, stage

MILLION = 1_000_000
ROUNDS = 3
AT_ONCE = 262_144


def main() -> None:
    with stage((MILLION,)) as ready:
        files(ready)


def files(ready: Stage) -> None:
    """Growth is from a web process that never exported anything, to its largest while it does."""
    run = ready.run(f"select * from wide{MILLION}")
    path = f"/v1/runs/{run['id']}/export?format="
    fetch(ready, "/healthz")
    before = _web(ready)
    copies = []
    for format in FORMATS:
        with Watch(ready) as watch:
            taken, copy = interleaved(
                ROUNDS,
                lambda format=format: fetch(ready, path + format),  # type: ignore[misc]
                lambda: _copy_csv(ready, f"wide{MILLION}"),
            )
        copies.append(copy)
        goal = "goal 2" if format == "csv" else ""
        report(f"export_{format}", taken, "s", "1,000,000 x 10 from the stored chunks")
        report(f"export_{format}_ratio", taken / copy, "x copy csv", goal)
        report(f"export_{format}_web_growth", watch.peak - before, "MiB RSS", "goal 50; from the first on")
        report(f"export_{format}_pause", watch.longest_ms, "ms", "slowest /healthz meanwhile")


FORMATS = ("csv", "ndjson", "xlsx", "parquet", "arrow")


def fetch(ready: Stage, path: str) -> None:
    """Read a whole download and keep none of it."""
    connection = HTTPConnection("127.0.0.1", ready.installation.port, timeout=120)
    connection.request("GET", path, headers={"Authorization": f"Bearer {ready.token}"})
    answer = connection.getresponse()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    while answer.read(AT_ONCE):
        pass
    connection.close()


class Watch:
    """The web processes' memory and their quickness while something else goes on."""

    def __init__(self, ready: Stage) -> None:
        self._ready = ready
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self.peak = 0.0
        self.longest_ms = 0.0

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(0.05):
            self.peak = max(self.peak, _web(self._ready))
            begun = time.perf_counter()
            fetch(self._ready, "/healthz")
            self.longest_ms = max(self.longest_ms, (time.perf_counter() - begun) * 1000)


def _web(ready: Stage) -> float:
    """Resident MiB of the largest web process."""
    return max(rss_mib(pid) for pid in family([ready.installation.processes["web"].pid]))


def _copy_csv(ready: Stage, table: str) -> float:
    return ready.psql(f"\\copy (select * from {table}) to /dev/null (format csv, header)")


if __name__ == "__main__":
    main()
