"""Hear Postgres' NOTIFY: one connection and one thread for each process and channel."""

import logging
import threading
from collections.abc import Callable

import psycopg

from app.core import db

log = logging.getLogger(__name__)

RETRY_S = 1.0

_ended = threading.Event()


def stop_listening() -> None:
    """In this process, for good: when its database goes now, that is no news."""
    _ended.set()


class Listener:
    """Calls `on_notice` with each payload. `on_connect` is called first: notices may have been missed before.

    While the connection is away, `listening` is False and it is tried again each second.
    """

    def __init__(
        self, channel: str, on_notice: Callable[[str], None], on_connect: Callable[[], None] = lambda: None
    ) -> None:
        self._channel = channel
        self._on_notice = on_notice
        self._on_connect = on_connect
        self._lock = threading.Lock()
        self._started = False
        self.listening = False

    def start(self) -> None:
        """Begin to listen; does nothing the second time."""
        with self._lock:
            if self._started:
                return
            self._started = True
        threading.Thread(target=self._listen, name=f"listen-{self._channel}", daemon=True).start()

    def _listen(self) -> None:
        while not _ended.is_set():
            try:
                self._listen_once()
            except psycopg.Error as error:
                if not _ended.is_set():
                    log.warning("listening failed", extra={"channel": self._channel, "error": str(error)})
            except Exception:  # whoever is told may fail, as when Postgres goes away; the next one is told
                log.exception("a notice was lost", extra={"channel": self._channel})
            self.listening = False
            _ended.wait(RETRY_S)

    def _listen_once(self) -> None:
        url = db.engine().url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url, autocommit=True, **db.VANISHED) as connection:
            connection.execute(f"listen {self._channel}")
            self.listening = True
            self._on_connect()
            for notice in connection.notifies():
                self._on_notice(notice.payload)
