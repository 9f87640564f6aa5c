"""Read a long answer ahead of whoever decodes it, in a thread of its own, so that both go on at once."""

import threading
from collections import deque
from collections.abc import Callable, Iterator

from psycopg.pq.abc import PGresult

from app.datasources.connectors.postgres.libpq import memory_size

# Read and not yet taken, besides the one that is being read.
MOST_RESULTS = 16
MOST_BYTES = 8_000_000

Result = PGresult | BaseException | None


class Ahead:
    """Calls `read` again and again until it returns None or raises. Leaving the block ends the thread."""

    def __init__(self, read: Callable[[], PGresult | None]) -> None:
        self._read = read
        self._changed = threading.Condition()
        self._waiting: deque[tuple[Result, int]] = deque()
        self._bytes = 0
        self._stopped = False
        self._thread = threading.Thread(target=self._read_all, name="source-reader")

    def __enter__(self) -> Iterator[PGresult]:
        self._thread.start()
        return self._results()

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self._thread.join()

    def _results(self) -> Iterator[PGresult]:
        while True:
            with self._changed:
                while not self._waiting:
                    self._changed.wait()
                result, size = self._waiting.popleft()
                self._bytes -= size
                self._changed.notify_all()
            if isinstance(result, BaseException):
                raise result
            if result is None:
                return
            yield result

    def _read_all(self) -> None:
        going_on = True
        while going_on:
            result: Result
            try:
                result = self._read()
                size = memory_size(result) if result is not None else 0
            except BaseException as error:
                result, size = error, 0
            with self._changed:
                self._waiting.append((result, size))
                self._bytes += size
                self._changed.notify_all()
                while self._is_full() and not self._stopped:
                    self._changed.wait()
                going_on = not self._stopped and result is not None and not isinstance(result, BaseException)

    def _is_full(self) -> bool:
        return len(self._waiting) >= MOST_RESULTS or self._bytes > MOST_BYTES
