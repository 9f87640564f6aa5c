"""What may befall an installation. What lasts is mended later, while other things happen."""

import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from sqlalchemy.orm import Session

from app.accounts.allow import Actor
from app.core import db
from app.core.errors import Conflict
from app.core.redis import client
from app.runs.cancel import cancel_run
from app.runs.models import Run
from tests.faults.clocks import Clocks
from tests.faults.site import Site, kill
from tests.faults.traffic import OUTAGE
from tests.faults.wires import Wires
from tests.live import Installation
from tests.objects import ObjectStore

WORKERS = ("worker", "other")
SCHEDULERS = ("scheduler", "second scheduler")
PARTS = ("web", *WORKERS, *SCHEDULERS)
WRONG_S = (-86_400, -3600, -60, -5, 5, 20, 60, 3600, 86_400)
FULL = "507 Insufficient Storage"


@dataclass
class Harm:
    """The parts, and what is to be mended when: (due, what is broken, how)."""

    site: Site
    processes: Installation
    wires: Wires
    clocks: Clocks
    bucket: ObjectStore
    chance: random.Random
    longest_s: float
    mending: list[tuple[float, str, Callable[[], None]]] = field(default_factory=list)

    def lasts(self, what: str, begin: Callable[[], None], mend: Callable[[], None]) -> None:
        """Break this for a while, unless it is broken already."""
        seconds = self.chance.uniform(0, self.longest_s)
        if all(broken != what for _, broken, _ in self.mending):
            begin()
            self.mending.append((time.monotonic() + seconds, what, mend))

    def mend(self, *, everything: bool = False) -> None:
        """Mend what has lasted long enough, and start again what died, as a platform does."""
        moment = time.monotonic()
        for each in sorted(self.mending, key=lambda each: each[0]):
            if everything or each[0] <= moment:
                self.mending.remove(each)
                each[2]()
        for name, process in self.processes.processes.items():
            if process.poll() is not None:
                self.processes.start(name)

    def child(self) -> None:
        """Of a worker; a web process has them too."""
        children = _children(self._pid(*WORKERS, "web"))
        if children:
            kill(self.chance.choice(children))

    def parent(self) -> None:
        kill(self._pid(*WORKERS, "web"))

    def family(self) -> None:
        parent = self._pid(*WORKERS, "web")
        os.kill(parent, signal.SIGSTOP)
        for pid in (*_children(parent), parent):
            kill(pid)

    def scheduler(self) -> None:
        kill(self._pid(*SCHEDULERS))

    def frozen(self) -> None:
        """One process of a worker stands still, and wakes up when its run is another's."""
        found = _children(self._pid(*WORKERS))
        pid = self.chance.choice(found) if found else 0
        if pid:
            self.lasts(
                f"process {pid}", lambda: _signal(pid, signal.SIGSTOP), lambda: _signal(pid, signal.SIGCONT)
            )

    def deploy(self) -> None:
        name = self.chance.choice((*WORKERS, "web"))
        self.processes.stop(name)
        self.processes.start(name)

    def flush(self) -> None:
        if self._has_redis():
            client().flushall()

    def redis_gone(self) -> None:
        self.lasts("redis", self.site.store.stop, self.site.store.start)

    def redis_frozen(self) -> None:
        if self._has_redis():
            pid = self.site.store.pid
            self.lasts("redis", lambda: _signal(pid, signal.SIGSTOP), lambda: _signal(pid, signal.SIGCONT))

    def postgres_restarted(self) -> None:
        self.site.metadata.stop()
        time.sleep(self.chance.uniform(0, 2))
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
        """Some of what is under way."""
        try:
            with db.transaction() as session:
                for run in session.query(Run).where(Run.finished_at.is_(None)).order_by(Run.id).all():
                    if self.chance.random() < 0.5:
                        _cancel(session, self.site.alice, run)
        except OUTAGE:
            return

    def cut(self) -> None:
        """One part and one server no longer reach each other."""
        server = self.chance.choice(("metadata", "redis", "source", "bucket"))
        parts = {"source": (*WORKERS, "web"), "bucket": ("",), "redis": PARTS, "metadata": (*WORKERS, "web")}
        part = self.chance.choice(parts[server])
        silent, drop = self.chance.random() < 0.6, self.chance.random() < 0.5
        self.lasts(
            f"{part}-{server}",
            lambda: self.wires.cut(part, server, silent=silent),
            lambda: self.wires.mend(part, server, drop=drop),
        )

    def disk_full(self) -> None:
        """Of the object store: it reads, and takes nothing more."""
        refuse = self.bucket.refuse
        self.lasts("disk", lambda: refuse.update(PUT=FULL), refuse.clear)

    def clock(self) -> None:
        """One machine's clock on the wall jumps, and is set right again later."""
        part, wrong_s = self.chance.choice(PARTS), self.chance.choice(WRONG_S)
        if self.clocks.can_jump:
            self.lasts(
                f"clock of {part}",
                lambda: self.clocks.set(part, wrong_s),
                lambda: self.clocks.set(part, 0.0),
            )

    def _pid(self, *names: str) -> int:
        """Of one that lives."""
        self.mend()
        return self.processes.processes[self.chance.choice(names)].pid

    def _has_redis(self) -> bool:
        return all(broken != "redis" for _, broken, _ in self.mending)


def _cancel(session: Session, actor: Actor, run: Run) -> None:
    try:
        cancel_run(session, actor, run)
    except Conflict:
        return


def _children(parent: int) -> list[int]:
    try:
        return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]
    except OSError:
        return []


def _signal(pid: int, number: int) -> None:
    if psutil.pid_exists(pid):
        os.kill(pid, number)


FAULTS: tuple[Callable[[Harm], None], ...] = (
    *(Harm.child, Harm.parent, Harm.family, Harm.scheduler, Harm.frozen, Harm.deploy),
    *(Harm.flush, Harm.redis_gone, Harm.redis_frozen),
    *(Harm.postgres_restarted, Harm.postgres_crashed, Harm.source_crashed),
    *(Harm.cancels, Harm.cut, Harm.cut, Harm.cut, Harm.disk_full, Harm.clock, Harm.clock),
)
