"""What our own Postgres and Redis have in common: one process, held by a lock, that ends with us."""

import subprocess
from abc import ABC, abstractmethod
from signal import Signals
from typing import IO, ClassVar, Self

from app.local.errors import LocalError
from app.local.processes import stop


class PrivateServer(ABC):
    """A server that is started and stopped; a context in which it runs."""

    name: ClassVar[str]
    variable: ClassVar[str]  # that names such a server elsewhere
    _ends: ClassVar[tuple[tuple[Signals, float], ...]]  # signals, and the seconds each is given

    _lock: IO[str] | None = None
    _process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @abstractmethod
    def start(self) -> None:
        """Start it, and return when it answers. LocalError when it cannot."""

    def stop(self) -> None:
        """End it in good order; does nothing when it does not run."""
        if self._process is not None:
            stop(self._process, *self._ends)
            self._process = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def poll(self) -> int | None:
        """The exit code when the server has ended by itself, None while it runs."""
        return None if self._process is None else self._process.poll()

    def failure(self) -> str | None:
        """Why the server has ended by itself, in a sentence; None while it runs."""
        return None if self.poll() is None else self._why_not("ended")

    @property
    def pid(self) -> int:
        """The server's process id; LocalError when it does not run."""
        if self._process is None:
            raise LocalError(f"The private {self.name} server is not running.")
        return self._process.pid

    @abstractmethod
    def _why_not(self, what: str) -> str:
        """What its log says of a server that `ended` or `did not start`."""
