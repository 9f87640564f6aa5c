"""Keeps a few processes running together: all of them, or none."""

import contextlib
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import IO

from app.local.lines import Lines
from app.local.processes import kill_sessions, spawn

_STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Supervisor:
    """Runs each command in a session of its own and prefixes its output.

    SIGTERM and SIGINT are passed on; who has not ended `patience` seconds later is killed, and so is everyone
    at a second signal. When one process ends by itself the others are stopped; so they are when one of the
    `watched`, which somebody else starts and stops, returns a sentence. `started` is told the process ids.
    """

    def __init__(
        self,
        commands: Mapping[str, str],
        *,
        env: Mapping[str, str],
        cwd: Path,
        out: IO[str] = sys.stdout,
        patience: float = 30,
        watched: Sequence[Callable[[], str | None]] = (),
        started: Callable[[list[int]], None] = lambda pids: None,
    ) -> None:
        self.lines = Lines(list(commands), out)
        self._commands = dict(commands)
        self._env = dict(env)
        self._cwd = cwd
        self._patience = patience
        self._watched = tuple(watched)
        self._started = started
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._open: set[str] = set()
        self._selector = selectors.DefaultSelector()
        self._asked: list[int] = []
        self._deadline: float | None = None
        self._failure: str | None = None

    def run(self) -> int:
        """Start all, and return when all have ended: 0 after a signal, 1 when one died. Main thread only."""
        with self._signals():
            try:
                for name, command in self._commands.items():
                    self._start(name, command)
                self._started([process.pid for process in self._processes.values()])
                self._watch()
            finally:
                self._kill_all()
        if self._failure is not None:
            self.lines.say(self._failure)
            return 1
        return 0

    def _start(self, name: str, command: str) -> None:
        process = spawn(
            ["/bin/sh", "-c", f"exec {command}"],
            env=self._env,
            cwd=self._cwd,
            output=subprocess.PIPE,
            parent_gone=signal.SIGTERM,
        )
        assert process.stdout is not None
        os.set_blocking(process.stdout.fileno(), False)
        self._selector.register(process.stdout, selectors.EVENT_READ, name)
        self._processes[name] = process
        self._open.add(name)

    def _watch(self) -> None:
        while any(process.poll() is None for process in self._processes.values()) or self._open:
            self._read(0.2)
            self._pass_signals_on()
            self._look_for_the_dead()
            if self._deadline is not None and time.monotonic() > self._deadline:
                return
        # All may have ended between the look and the question above.
        self._look_for_the_dead()

    def _read(self, patience: float) -> None:
        for key, _ in self._selector.select(patience):
            if key.data is None:
                with contextlib.suppress(BlockingIOError):
                    os.read(key.fd, 4096)
                continue
            data = os.read(key.fd, 65536)
            if data:
                self.lines.feed(key.data, data)
            else:
                self._selector.unregister(key.fileobj)
                self._open.discard(key.data)
                self.lines.finish(key.data)

    def _pass_signals_on(self) -> None:
        while self._asked:
            number = self._asked.pop(0)
            if self._deadline is not None:
                self._deadline = 0.0  # asked twice: no more patience
                return
            self.lines.say("Stopping ...")
            self._stop(signal.Signals(number))

    def _look_for_the_dead(self) -> None:
        if self._deadline is None:
            self._failure = next(self._failures(), None)
            if self._failure is not None:
                self._stop(signal.SIGTERM)
        elif all(process.poll() is not None for process in self._processes.values()):
            # Whoever still holds an output pipe open is a stray grandchild: do not wait for it.
            self._deadline = min(self._deadline, time.monotonic() + 1)

    def _failures(self) -> Iterator[str]:
        for name, process in self._processes.items():
            code = process.poll()
            if code is not None:
                killed = f"was killed by {signal.Signals(-code).name}" if code < 0 else ""
                how = killed or f"ended with exit code {code}"
                yield f"The process `{name}` {how}, so everything was stopped."
        for failure in self._watched:
            said = failure()
            if said is not None:
                yield f"{said} Everything was stopped."

    def _stop(self, how: signal.Signals) -> None:
        self._deadline = time.monotonic() + self._patience
        for process in self._processes.values():
            if process.poll() is None:
                process.send_signal(how)

    def _kill_all(self) -> None:
        for name, process in self._processes.items():
            if process.poll() is None:
                self.lines.say(f"`{name}` did not stop in time and is killed.")
        kill_sessions({process.pid for process in self._processes.values()})
        for process in self._processes.values():
            process.wait()
        self._read(0)
        for name in self._open:
            self.lines.finish(name)
        self._selector.close()

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        """Note signals in a list, and wake the selector for each."""
        near, far = socket.socketpair()
        near.setblocking(False)
        far.setblocking(False)
        self._selector.register(far, selectors.EVENT_READ, None)

        def note(number: int, _: FrameType | None) -> None:
            self._asked.append(number)

        before = {number: signal.signal(number, note) for number in _STOPPING}
        woken = signal.set_wakeup_fd(near.fileno(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(woken)
            for number, handler in before.items():
                signal.signal(number, handler)
            near.close()
            far.close()
