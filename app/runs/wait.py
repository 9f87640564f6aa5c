"""Wait until a run is settled, without asking the database again and again.

Whoever waits is woken by the NOTIFY that settles the run. While that cannot be heard, waiting falls back to
a slow look.
"""

import threading
from collections import defaultdict

from app.core.listen import Listener
from app.runs.settle import CHANNEL

LOOK_EVERY_S = 0.5

_lock = threading.Lock()
_waiting: defaultdict[int, list[threading.Event]] = defaultdict(list)


class Waiting:
    """A place in the line of those who wait for one run. Enter it before looking at the run's state."""

    def __init__(self, run_id: int) -> None:
        self._run_id = run_id
        self._woken = threading.Event()

    def __enter__(self) -> "Waiting":
        with _lock:
            _waiting[self._run_id].append(self._woken)
        _listener.start()
        return self

    def __exit__(self, *_: object) -> None:
        with _lock:
            events = _waiting[self._run_id]
            events.remove(self._woken)
            if not events:
                del _waiting[self._run_id]

    def wait(self, seconds: float) -> None:
        """Return once the run has been settled, or when it is time for another look, or after `seconds`."""
        self._woken.wait(seconds if _listener.listening else min(seconds, LOOK_EVERY_S))
        self._woken.clear()


def _wake(payload: str) -> None:
    with _lock:
        for event in _waiting.get(int(payload), ()):
            event.set()


def _wake_all() -> None:
    with _lock:
        for events in _waiting.values():
            for event in events:
                event.set()


_listener = Listener(CHANNEL, _wake, _wake_all)
