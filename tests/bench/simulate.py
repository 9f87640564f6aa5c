"""A discrete-event model of slots, workers and schedules: what would many of each do?

A run waits for a slot (its datasource's cap and the workers' sum), people before schedules, then the older.
Then it takes a moment of a server that all share (Plumbline's own Postgres, of so many cores), the worker's
own time and the datasource's. Due times are decided before, by the one housekeeper that holds the schedules.

`python -m tests.bench.simulate [WORKER_MS SHARED_MS DECIDE_MS]` runs the large case of docs/scale.md;
`tests.bench.workers` checks the model against the real thing at 1, 2 and 4 workers.
"""

import heapq
import random
import sys
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from itertools import count

from tests.bench.stage import report


@dataclass(frozen=True, slots=True)
class Costs:
    """Seconds of one run, as measured. `worker` is all that a worker's child is busy beside the query;
    `shared` is what Postgres and Redis work for it, on `cores`; `decide` what a due time takes to decide."""

    worker: float
    shared: float
    cores: int
    decide: float = 0.004


@dataclass(slots=True)
class Job:
    """A run: when it is asked or due, where it goes, how long the datasource takes."""

    at: float
    datasource: int
    query: float
    by_schedule: bool = False
    started: float = 0.0
    ended: float = 0.0

    @property
    def waited(self) -> float:
        return self.started - self.at


@dataclass(slots=True)
class Outcome:
    """`waits` in seconds from asked (or due) to started; `busy` are shares of the time."""

    jobs: list[Job]
    length: float
    busy_workers: float
    busy_shared: float

    @property
    def throughput(self) -> float:
        return len(self.jobs) / self.length if self.length else 0.0

    def wait(self, share: float, *, by_schedule: bool) -> float:
        waits = sorted(job.waited for job in self.jobs if job.by_schedule is by_schedule)
        return waits[min(len(waits) - 1, int(len(waits) * share))] if waits else 0.0


@dataclass(slots=True)
class _World:
    now: float = 0.0
    events: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    order: "count[int]" = field(default_factory=count)

    def after(self, seconds: float, then: Callable[[], None]) -> None:
        heapq.heappush(self.events, (self.now + seconds, next(self.order), then))

    def run(self) -> None:
        while self.events:
            self.now, _, then = heapq.heappop(self.events)
            then()


class _Station:
    """So many servers and one line before them."""

    def __init__(self, world: _World, servers: int) -> None:
        self._world, self._free = world, servers
        self._line: deque[tuple[float, Callable[[], None]]] = deque()
        self.busy = 0.0

    def serve(self, seconds: float, then: Callable[[], None]) -> None:
        self._line.append((seconds, then))
        self._next()

    def _next(self) -> None:
        while self._free and self._line:
            seconds, then = self._line.popleft()
            self._free -= 1
            self.busy += seconds

            def done(then: Callable[[], None] = then) -> None:
                self._free += 1
                then()
                self._next()

            self._world.after(seconds, done)


def simulate(jobs: Iterable[Job], *, slots: int, caps: int, costs: Costs) -> Outcome:
    """`slots` is what all workers run at once, `caps` what each datasource takes; nothing is lost."""
    world, every = _World(), sorted(jobs, key=lambda job: job.at)
    shared, housekeeper = _Station(world, costs.cores), _Station(world, 1)
    lines: dict[bool, dict[int, deque[Job]]] = {False: defaultdict(deque), True: defaultdict(deque)}
    ready: dict[bool, list[tuple[float, int, int]]] = {False: [], True: []}
    used: defaultdict[int, int] = defaultdict(int)
    free, busy = slots, 0.0
    tie = count()

    def ask(job: Job) -> None:
        line = lines[job.by_schedule][job.datasource]
        line.append(job)
        if len(line) == 1:
            heapq.heappush(ready[job.by_schedule], (job.at, next(tie), job.datasource))
        promote()

    def promote() -> None:
        nonlocal free
        for kind in (False, True):
            held: list[tuple[float, int, int]] = []
            while free and ready[kind]:
                entry = heapq.heappop(ready[kind])
                place = entry[2]
                line = lines[kind][place]
                if not line:
                    continue
                if used[place] >= caps:
                    held.append(entry)
                    continue
                job = line.popleft()
                if line:
                    heapq.heappush(ready[kind], (line[0].at, next(tie), place))
                used[place] += 1
                free -= 1
                start(job)
            for entry in held:
                heapq.heappush(ready[kind], entry)

    def start(job: Job) -> None:
        job.started = world.now
        shared.serve(costs.shared, lambda: world.after(costs.worker + job.query, lambda: end(job)))

    def end(job: Job) -> None:
        nonlocal free, busy
        job.ended = world.now
        busy += job.ended - job.started
        used[job.datasource] -= 1
        free += 1
        promote()

    for job in every:
        if job.by_schedule:
            world.after(job.at, partial(housekeeper.serve, costs.decide, partial(ask, job)))
        else:
            world.after(job.at, partial(ask, job))
    world.run()
    length = max((job.ended for job in every), default=0.0) - (every[0].at if every else 0.0)
    return Outcome(every, length, busy / (slots * length or 1), shared.busy / (costs.cores * length or 1))


def large(
    costs: Costs, *, workers: int = 50, per_worker: int = 4, spread_s: float = 0.0, seed: int = 1
) -> Outcome:
    """An hour: 100,000 hourly schedules, 1,000 viewers, 1,000 datasources, queries of 0.2 s on average.

    Schedules are due at the full hour, `spread_s` apart at most; each viewer asks something every minute.
    """
    chance = random.Random(seed)
    jobs = [
        Job(chance.uniform(0, spread_s), chance.randrange(1000), chance.expovariate(5), by_schedule=True)
        for _ in range(100_000)
    ]
    for _ in range(1000):
        first = chance.uniform(0, 60)
        jobs += [Job(first + 60 * n, chance.randrange(1000), chance.expovariate(5)) for n in range(60)]
    return simulate(jobs, slots=workers * per_worker, caps=10, costs=costs)


def main(worker_ms: float = 6.0, shared_ms: float = 4.0, decide_ms: float = 4.0) -> None:
    costs = Costs(worker_ms / 1000, shared_ms / 1000, 8, decide_ms / 1000)
    for name, spread in (("at_once", 0.0), ("spread", 3300.0)):
        found = large(costs, spread_s=spread)
        report(
            f"scale_{name}_schedules_last",
            found.wait(1.0, by_schedule=True),
            "s",
            "late, of 100,000 hourly ones",
        )
        report(f"scale_{name}_schedules_median", found.wait(0.5, by_schedule=True), "s")
        report(
            f"scale_{name}_people_p99", found.wait(0.99, by_schedule=False) * 1000, "ms", "of 1,000 viewers"
        )
        report(f"scale_{name}_workers_busy", found.busy_workers * 100, "%", "of 50 x 4 slots")
        report(f"scale_{name}_postgres_busy", found.busy_shared * 100, "%", "of 8 cores")
    few = large(costs, workers=2, spread_s=3300.0)
    report(
        "scale_2_workers_people_p99", few.wait(0.99, by_schedule=False) * 1000, "ms", "2 x 4 slots, spread"
    )


if __name__ == "__main__":
    main(*map(float, sys.argv[1:4]))
