"""Stops a statement from another thread: at its deadline, or when somebody cancels."""

import threading
import time
from collections.abc import Callable

_AGAIN_S = 0.02


class Watch:
    """Interrupts again and again until `end`: an interrupt that comes before the statement is forgotten."""

    def __init__(self, deadline: float, interrupt: Callable[[], None], cancelled: threading.Event) -> None:
        self.stopped = False
        self._deadline = deadline
        self._interrupt = interrupt
        self._wake = cancelled
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="duckdb-watch", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """No interrupt comes after this."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._wake.is_set() and (left := self._deadline - time.monotonic()) > 0:
            if self._ended.wait(min(left, _AGAIN_S)):
                return
        self.stopped = True
        while not self._ended.is_set():
            self._interrupt()
            self._ended.wait(_AGAIN_S)
