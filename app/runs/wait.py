"""Wait until a run is settled, without asking the database again and again.

One connection for each process listens; whoever waits is woken by the NOTIFY that settles the run. While that
connection is away, waiting falls back to a slow look.
"""

import logging
import threading
import time
from collections import defaultdict

import psycopg

from app.core import db
from app.runs.settle import CHANNEL

log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.5


class Waiting:
    """A place in the line of those who wait for one run. Enter it before looking at the run's state."""

    def __init__(self, run_id: int) -> None:
        self._run_id = run_id
        self._woken = threading.Event()

    def __enter__(self) -> "Waiting":
        _listener.add(self._run_id, self._woken)
        return self

    def __exit__(self, *_: object) -> None:
        _listener.remove(self._run_id, self._woken)

    def wait(self, seconds: float) -> None:
        """Return once the run has been settled, or when it is time for another look, or after `seconds`."""
        self._woken.wait(seconds if _listener.listening else min(seconds, LOOK_EVERY_S))
        self._woken.clear()


class _Listener:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: defaultdict[int, list[threading.Event]] = defaultdict(list)
        self._started = False
        self.listening = False

    def add(self, run_id: int, event: threading.Event) -> None:
        with self._lock:
            self._waiting[run_id].append(event)
            if not self._started:
                self._started = True
                threading.Thread(target=self._listen, name="run-listener", daemon=True).start()

    def remove(self, run_id: int, event: threading.Event) -> None:
        with self._lock:
            events = self._waiting[run_id]
            events.remove(event)
            if not events:
                del self._waiting[run_id]

    def _listen(self) -> None:
        while True:
            try:
                self._listen_once()
            except psycopg.Error as error:
                log.warning("listening for settled runs failed", extra={"error": str(error)})
            self.listening = False
            time.sleep(1)

    def _listen_once(self) -> None:
        url = db.engine().url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url, autocommit=True, connect_timeout=5, keepalives_idle=30) as connection:
            connection.execute(f"listen {CHANNEL}")
            self.listening = True
            self._wake_all()
            for notice in connection.notifies():
                self._wake(int(notice.payload))

    def _wake(self, run_id: int) -> None:
        with self._lock:
            for event in self._waiting.get(run_id, ()):
                event.set()

    def _wake_all(self) -> None:
        """Settled runs may have been missed while nobody listened: everybody looks once more."""
        with self._lock:
            for events in self._waiting.values():
                for event in events:
                    event.set()


_listener = _Listener()
