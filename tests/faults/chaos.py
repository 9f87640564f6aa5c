"""`make chaos N=20 SEED=7`: faults by chance on a whole installation; after each, all that must hold does.

The seed is printed and repeats the run's choices, though not what the machine's timing makes of them.
"""

import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from app.core import db
from app.core.errors import Conflict
from app.core.redis import client
from app.runs.cancel import cancel_run
from app.runs.models import Run
from tests.faults.points import POINTS, sql_with
from tests.faults.site import FINAL, Site, kill, site, state, until
from tests.live import Installation

AWAY_S = 20
PATIENCE_S = 120
WIDE = "select i, repeat(md5(i::text), 10) as t from generate_series(1, 60000) i"
STATEMENTS = (
    "select 1 as one",
    "select pg_sleep(1) as slept",
    "select pg_sleep(6) as slept",
    WIDE,
    "select 1/0",
)


@dataclass
class Chaos:
    """One run of it: an installation with two workers and two schedulers, and what has happened."""

    site: Site
    processes: Installation
    chance: random.Random
    away_s: float = AWAY_S
    outcomes: Counter[str] = field(default_factory=Counter)

    def begin(self) -> list[int]:
        """A few runs of all sorts; one may die or wait at a point of its way."""
        runs = [self.site.start(self.chance.choice(STATEMENTS)) for _ in range(self.chance.randint(2, 6))]
        if self.chance.random() < 0.7:
            runs.append(self.site.start(sql_with(self.chance.choice(POINTS), "kill")))
        with patch("app.runs.start.ask"):
            runs.append(self.site.start("select 1 as unheard"))
        return runs

    def settle(self, runs: list[int]) -> list[str]:
        """What is broken once everything had its time."""
        for name, process in self.processes.processes.items():
            if process.poll() is not None:
                self.processes.start(name)
        until(
            lambda: all(state(run) in FINAL for run in runs), PATIENCE_S, lambda: str(self.site.states(runs))
        )
        self.outcomes.update(self.site.states(runs).values())
        following = self.site.start("select 1 as following")
        self.site.settled([following])
        broken = self.site.invariants.broken()
        return broken if state(following) == "succeeded" else [*broken, f"the next run is {state(following)}"]

    def child(self) -> None:
        children = self._children(self._worker())
        if children:
            kill(self.chance.choice(children))

    def parent(self) -> None:
        kill(self._worker())

    def family(self) -> None:
        parent = self._worker()
        os.kill(parent, signal.SIGSTOP)
        for pid in (*self._children(parent), parent):
            kill(pid)

    def deploy(self) -> None:
        name = self.chance.choice(("worker", "other"))
        self.processes.stop(name)
        self.processes.start(name)

    def scheduler(self) -> None:
        kill(self.processes.processes[self.chance.choice(("scheduler", "second scheduler"))].pid)

    def flush(self) -> None:
        client().flushall()

    def redis_gone(self) -> None:
        self.site.store.stop()
        time.sleep(self.chance.uniform(0, self.away_s))
        self.site.store.start()

    def redis_frozen(self) -> None:
        os.kill(self.site.store.pid, signal.SIGSTOP)
        time.sleep(self.chance.uniform(0, self.away_s))
        os.kill(self.site.store.pid, signal.SIGCONT)

    def postgres_restarted(self) -> None:
        self.site.metadata.stop()
        time.sleep(self.chance.uniform(0, 3))
        self.site.metadata.start()

    def postgres_crashed(self) -> None:
        kill(self.site.metadata.pid)
        self.site.metadata.stop()
        self.site.metadata.start()

    def source_crashed(self) -> None:
        kill(self.site.source_server.pid)
        self.site.source_server.stop()
        self.site.source_server.start()

    def cancels(self) -> None:
        with db.transaction() as session:
            for run in session.query(Run).where(Run.finished_at.is_(None)).all():
                try:
                    cancel_run(session, self.site.alice, run)
                except Conflict:
                    continue

    def _worker(self) -> int:
        return self.processes.processes[self.chance.choice(("worker", "other"))].pid

    def _children(self, parent: int) -> list[int]:
        try:
            return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]
        except OSError:
            return []


FAULTS: tuple[Callable[[Chaos], None], ...] = (
    Chaos.child,
    Chaos.parent,
    Chaos.family,
    Chaos.deploy,
    Chaos.scheduler,
    Chaos.flush,
    Chaos.redis_gone,
    Chaos.redis_frozen,
    Chaos.postgres_restarted,
    Chaos.postgres_crashed,
    Chaos.source_crashed,
    Chaos.cancels,
)


def main(count: int, seed: int) -> int:
    """How many faults broke something."""
    print(f"chaos: {count} faults, SEED={seed}", flush=True)
    failures = 0
    with (
        site(children=4) as ground,
        ground.running("worker", "other", "scheduler", "second scheduler") as processes,
    ):
        chaos = Chaos(ground, processes, random.Random(seed))
        for number in range(1, count + 1):
            fault = chaos.chance.choice(FAULTS)
            runs = chaos.begin()
            time.sleep(chaos.chance.uniform(0, 2))
            begun = time.monotonic()
            fault(chaos)
            try:
                broken = chaos.settle(runs)
            except AssertionError as error:
                broken = [str(error)]
            failures += bool(broken)
            words = "; ".join(broken) or "holds"
            print(f"{number:4} {fault.__name__:20} {time.monotonic() - begun:6.1f} s  {words}", flush=True)
            if broken and not all(state(run) in FINAL for run in runs):
                break
        summary = ", ".join(f"{count} {state}" for state, count in sorted(chaos.outcomes.items()))
    print(f"chaos: {failures} of {count} faults broke something. Runs: {summary}. SEED={seed}")
    return failures


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    given = sys.argv[2] if len(sys.argv) > 2 else ""
    sys.exit(min(main(wanted, int(given) if given else random.SystemRandom().randrange(10**6)), 1))
