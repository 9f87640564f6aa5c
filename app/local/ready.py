"""Waiting for the web server to say that it can serve."""

import http.client
import json
import threading
import time
from collections.abc import Callable

_SOON = 60


class Readiness:
    """Asks /readyz in the background until it answers 200, then calls `ready`."""

    def __init__(
        self, host: str, port: int, *, ready: Callable[[], None], late: Callable[[str], None]
    ) -> None:
        self._host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
        self._port = port
        self._ready = ready
        self._late = late

    def watch(self) -> None:
        threading.Thread(target=self._ask_until_ready, name="readiness", daemon=True).start()

    def _ask_until_ready(self) -> None:
        patience = time.monotonic() + _SOON
        while (problem := self._problem()) is not None:
            if time.monotonic() > patience:
                self._late(f"Not ready after {_SOON} seconds: {problem}.")
                patience = float("inf")
            time.sleep(0.1)
        self._ready()

    def _problem(self) -> str | None:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException):
            return "the web server does not answer"
        finally:
            connection.close()
        return None if answer.status == 200 else _parts(body)


def _parts(body: bytes) -> str:
    try:
        parts = json.loads(body)["parts"]
        return ", ".join(f"{name} {state}" for name, state in parts.items() if state != "ok")
    except (ValueError, KeyError, AttributeError):
        return "the web server answers with an error"
