"""`make soak MINUTES=30`: half of what an installation can do, for long; nothing that it holds may grow.

First it is asked for all that it can do; then runs at half that pace, with schedules, recomputes, exports and
pages beside them. Memory, connections, open files and Redis' keys are looked at every few seconds.
"""

import statistics
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import psutil
from sqlalchemy import TextClause, text

from app.core import db, redis
from tests.bench.memory import family, pss_mib
from tests.bench.stage import report
from tests.faults.site import Site, site, until
from tests.faults.traffic import Traffic
from tests.live import Installation

WARM_S, EVERY_S = 60.0, 5.0
BURST = 200
MOST = 1.05  # of what was held at first
SPARE = {"MiB": 8.0, "": 5.0}  # and this much more, of what is small
PAGES = ("/", "/runs", "/dashboards", "/queries", "/metrics", "/v1/runs")
CONNECTIONS = text("select count(*) from pg_stat_activity where backend_type = 'client backend'")
UNSETTLED = text("select count(*) from runs where finished_at is null")
AGREE = text(
    """
    select (select count(*) from runs where finished_at is not null) as runs,
           (select count(*) from run_facts) as facts,
           (select coalesce(sum(sum), 0) from metric_totals join metric_series on id = series_id
            where name = 'plumb_runs_total') as told
    """
)


def main(minutes: float) -> int:
    """How many things grew."""
    with site(children=2) as ground, ground.running("web", "worker", "scheduler") as processes:
        _let_all_in(ground)
        with Traffic(ground, processes, ground.source, seed=1) as traffic:
            pace = _capacity(ground) / 2
            report("soak_pace", pace, "runs/s", "half of what it did when asked for all at once")
            ended = threading.Event()
            caller = threading.Thread(target=_keep_asking, args=(ground, traffic, pace, ended))
            caller.start()
            try:
                time.sleep(WARM_S)
                seen = _watch(ground, processes, minutes * 60)
            finally:
                ended.set()
                caller.join()
        _agree(ground)
        broken = ground.invariants.broken() + traffic.broken
    grown = [name for name, values in seen.items() if _grew(name, values)]
    for words in (*broken, *(f"{name} grew" for name in grown)):
        print(words)
    return len(grown) + len(broken)


def _let_all_in(ground: Site) -> None:
    """Only the workers are short."""
    with db.autocommit() as connection:
        connection.execute(text("update datasources set slots = 1000"))


def _capacity(ground: Site) -> float:
    """Runs a second, of those that the soak is made of."""
    began = time.monotonic()
    runs = [ground.start("select pg_sleep(0.05)") for _ in range(BURST)]
    ground.settled(runs)
    return BURST / (time.monotonic() - began)


def _keep_asking(ground: Site, traffic: Traffic, pace: float, ended: threading.Event) -> None:
    """In time with the clock, whatever one call takes; every tenth run is a page as well."""
    begun, asked = time.monotonic(), 0
    while not ended.wait(max(0.0, begun + asked / pace - time.monotonic())):
        asked += 1
        ground.start("select pg_sleep(0.05)")
        if asked % 10 == 0:
            with suppress(OSError):
                traffic.call(PAGES[asked // 10 % len(PAGES)], timeout_s=30)


def _watch(ground: Site, processes: Installation, seconds: float) -> dict[str, list[float]]:
    looks: dict[str, Callable[[], float]] = {
        **{f"memory_{name}_MiB": _memory(processes, name) for name in processes.processes},
        "files_open": lambda: sum(_files(pid) for pid in _all(processes)),
        "connections": lambda: _count(CONNECTIONS),
        "redis_keys": lambda: float(redis.client().dbsize()),
        "redis_memory_MiB": lambda: redis.client().info("memory")["used_memory"] / 2**20,
        "runs_unsettled": lambda: _count(UNSETTLED),
    }
    seen: dict[str, list[float]] = {name: [] for name in looks}
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        for name, look in looks.items():
            seen[name].append(look())
        time.sleep(EVERY_S)
    return seen


def _grew(name: str, values: list[float]) -> bool:
    """Whether the last third lies above the first."""
    third = max(1, len(values) // 3)
    first, last = statistics.median(values[:third]), statistics.median(values[-third:])
    unit = "MiB" if name.endswith("_MiB") else ""
    note = f"at first {first:.4g}, most {max(values):.4g}"
    report(f"soak_{name.removesuffix('_MiB')}", last, unit or "of them", note)
    return last > first * MOST + SPARE[unit]


def _agree(ground: Site) -> None:
    """Nobody was killed: runs, facts and telemetry count the same, as soon as all is written."""

    def counts() -> tuple[int, ...]:
        with db.autocommit() as connection:
            return tuple(int(each) for each in connection.execute(AGREE).one())

    until(lambda: len(set(counts())) == 1, 60, lambda: f"runs, facts, telemetry: {counts()}")
    report("soak_runs", counts()[0], "runs", "as many facts, and as many told by telemetry")


def _memory(processes: Installation, name: str) -> Callable[[], float]:
    return lambda: pss_mib(family([processes.processes[name].pid]))


def _all(processes: Installation) -> list[int]:
    return family([process.pid for process in processes.processes.values()])


def _files(pid: int) -> int:
    try:
        return psutil.Process(pid).num_fds()
    except psutil.NoSuchProcess:
        return 0


def _count(statement: TextClause) -> float:
    with db.autocommit() as connection:
        return float(connection.scalar(statement) or 0)


if __name__ == "__main__":
    sys.exit(min(main(float(sys.argv[1]) if len(sys.argv) > 1 else 30), 1))
