"""Takes values and events without waiting, and has them stored in the background.

The caller extends a deque: no lock, no system call, no database, whatever becomes of Postgres. A thread
that the first value starts (under gevent a greenlet, which waits as one) stores what there is, every few
seconds or as soon as a batch is full. When the queue is full, values are dropped and counted.

The deque holds the fields of all entries, one after the other, and not the entries: thousands of tuples that
wait would set off the garbage collector in the midst of a caller's work, for a tenth of a millisecond.

After a fork the child begins anew: it has no thread, an empty queue and a count of its own. What the parent
had queued stays the parent's.
"""

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from itertools import count
from typing import Any

log = logging.getLogger(__name__)

BOUND = 50_000
BATCH = 2_000  # so many wake whoever stores them
MOST_BATCHES = 5  # that are stored together
EVERY_S = 5.0


class Away(Exception):
    """The store cannot be reached now; the same entries may be offered again."""


class Writer:
    """`save(entries, dropped)` stores both, or raises: `Away` to be tried again, else they are given up.

    An entry is a tuple of `width` fields. `dropped` is how many were dropped since the last call that
    succeeded.
    """

    def __init__(
        self,
        save: Callable[[list[tuple[Any, ...]], int], None],
        *,
        width: int,
        bound: int = BOUND,
        batch: int = BATCH,
        every_s: float = EVERY_S,
    ) -> None:
        self._save = save
        self._width = width
        self._bound = bound * width
        self._batch = batch * width
        self._every_s = every_s
        self._begin_anew()
        os.register_at_fork(after_in_child=self._begin_anew)

    def _begin_anew(self) -> None:
        self._queue: deque[Any] = deque()  # fields, as all lengths here are
        self._taken = 0  # on their way, which count as queued
        self._drops = count()  # `next` is one step of C: exact from any thread, without a lock
        self._looks = 0
        self._told = 0
        self._given_up = 0
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._storing = threading.Lock()
        self._wake = threading.Event()
        self._ended = False

    def put(self, entry: tuple[Any, ...]) -> bool:
        """Take this entry; False when it was dropped. Never raises, never waits."""
        queue = self._queue
        waiting = len(queue) + self._taken
        if waiting >= self._bound:
            next(self._drops)
            return False
        queue.extend(entry)  # one step of C too: entries do not mix
        if self._thread is None:
            self._start()
        elif waiting and not waiting % self._batch:
            self._wake.set()
        return True

    def flush(self, timeout_s: float = 5.0) -> bool:
        """Store what is queued now; False when that was not possible in time."""
        deadline = time.monotonic() + timeout_s
        storing = self._storing  # after a fork there is another
        if not storing.acquire(timeout=timeout_s):
            return False
        try:
            while self._queue or self._dropped() > self._told:
                if time.monotonic() > deadline or not self._store_batch():
                    return False
            return True
        finally:
            storing.release()

    def shutdown(self, timeout_s: float = 5.0) -> bool:
        """Store what is queued and end the thread; False, with a line in the log, when something is lost."""
        self._ended = True
        self._wake.set()
        whole = self.flush(timeout_s)
        if not whole:
            waiting = len(self._queue) // self._width
            log.warning("telemetry lost", extra={"entries": waiting, "dropped": self._dropped()})
        return whole

    def _start(self) -> None:
        with self._starting:
            if self._thread is None and not self._ended:
                self._thread = threading.Thread(target=self._work, name="telemetry", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while not self._ended:
            self._wake.wait(self._every_s)
            self._wake.clear()
            if not self._ended:
                self.flush(self._every_s)

    def _store_batch(self) -> bool:
        """Called by whoever holds `_storing`."""
        take = self._queue.popleft
        self._taken = min(len(self._queue), self._batch * MOST_BATCHES)
        fields = [take() for _ in range(self._taken)]  # counted twice meanwhile, never too few times
        entries = list(zip(*[iter(fields)] * self._width, strict=True))
        dropped = self._dropped() - self._told
        try:
            self._save(entries, dropped)
        except Away as away:
            log.debug("telemetry waits", extra={"why": str(away)})
            self._queue.extendleft(reversed(fields))
            return False
        except Exception:
            log.exception("telemetry given up", extra={"entries": len(entries)})
            self._given_up += len(entries)
            return bool(entries)  # what could not even be counted waits for the next turn
        else:
            self._told += dropped
        finally:
            self._taken = 0
        return True

    def _dropped(self) -> int:
        """How many were not kept since the process began; called by whoever holds `_storing`."""
        found = next(self._drops) - self._looks
        self._looks += 1
        return found + self._given_up
