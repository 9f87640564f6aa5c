"""Stored results asked for again, at concurrency 16. `python -m tests.bench.cached`

`wrk` where it is on PATH; else a process of threads that write and read raw sockets, which takes more of the
machine for itself and so shows less.
"""

import multiprocessing
import re
import shutil
import socket
import statistics
import subprocess
import threading
import time
from urllib.parse import urlsplit

from tests.bench.stage import Stage, report, stage

SECONDS, ROUNDS, CONCURRENCY = 4, 3, 16
SQL = "select * from wide100"


def main() -> None:
    with stage((100,)) as ready:
        cached(ready)


def cached(ready: Stage) -> None:
    body = {"name": "Cached", "datasource_id": ready.datasource_id, "sql": SQL}
    query = ready.call("POST", "/v1/queries", body)
    result = f"/v1/queries/{query['id']}/result?max_stale_ms=3600000"
    run = ready.call("GET", result)["run"]
    while run["state"] in ("queued", "running"):
        run = ready.call("GET", f"/v1/runs/{run['id']}?wait_s=30")
    answer = ready.call("GET", result)
    if (answer["freshness"]["cache"], len(answer["rows"])) != ("hit", 100):
        raise RuntimeError("the result is not given again")
    paths = (result, f"/v1/runs/{run['id']}/rows?limit=100", "/healthz")
    rates: list[list[float]] = [[] for _ in paths]
    for _ in range(ROUNDS):
        for found, path in zip(rates, paths, strict=True):
            found.append(rate(ready, path))
    hit, rows, nothing = map(statistics.median, rates)
    report("cached_result", hit, "requests/s", "100 x 10, concurrency 16, two web processes; goal 1000")
    report("cached_rows", rows, "requests/s", "GET /v1/runs/ID/rows of the same")
    report("cached_nothing", nothing, "requests/s", "GET /healthz, which does nothing")
    report("cached_ratio", nothing / hit, "x /healthz", "what a stored result costs beside an empty answer")


def rate(ready: Stage, path: str) -> float:
    """Answers a second; RuntimeError when one is no success."""
    url = ready.installation.url + path
    if shutil.which("wrk") is None:
        return _own(url, ready.token)
    said = subprocess.run(
        [
            "wrk",
            "-t1",
            f"-c{CONCURRENCY}",
            f"-d{SECONDS}s",
            "-H",
            f"Authorization: Bearer {ready.token}",
            url,
        ],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    if "Non-2xx" in said:
        raise RuntimeError(said)
    found = re.search(r"Requests/sec:\s*([\d.]+)", said)
    if found is None:
        raise RuntimeError(said)
    return float(found[1])


def _own(url: str, token: str) -> float:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_load, (url, token))


def _load(url: str, token: str) -> float:
    parts = urlsplit(url)
    path = f"{parts.path}?{parts.query}"
    ask = f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    end = time.monotonic() + SECONDS
    counts = [0] * CONCURRENCY

    def work(number: int) -> None:
        with socket.create_connection((parts.hostname, parts.port)) as connection:
            while time.monotonic() < end:
                connection.sendall(ask)
                _read_one(connection)
                counts[number] += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(CONCURRENCY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / SECONDS


def _read_one(connection: socket.socket) -> None:
    """One whole answer with a Content-Length."""
    data = connection.recv(65536)
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    if b" 200 " not in head[:16] or length is None:
        raise RuntimeError(head.decode())
    missing = int(length[1]) - len(body)
    while missing > 0:
        missing -= len(connection.recv(65536))


if __name__ == "__main__":
    main()
