"""Read a long answer ahead of whoever decodes it, in a thread of its own, so that both go on at once.

Results change hands several at a time: a thread that is woken for each spends its time on waking.
"""

import threading
from collections.abc import Callable, Iterator

from psycopg.pq.abc import PGresult

from app.datasources.connectors.postgres.libpq import memory_size

# Read and not yet taken, besides the one that is being read; as much again may be in the taker's hands.
MOST_RESULTS = 16
MOST_BYTES = 8_000_000
HANDFUL = 8
SLOW_S = 0.02  # after that long, fewer are taken

Result = PGresult | BaseException | None


class Ahead:
    """Calls `read` again and again until it returns None or raises. Leaving the block ends the thread."""

    def __init__(self, read: Callable[[], PGresult | None]) -> None:
        self._read = read
        self._changed = threading.Condition()
        self._waiting: list[Result] = []
        self._bytes = 0
        self._ended = False
        self._stopped = False
        self._thread = threading.Thread(target=self._read_all, name="source-reader")

    def __enter__(self) -> Iterator[PGresult]:
        self._thread.start()
        return self._results()

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify()
        self._thread.join()

    def _results(self) -> Iterator[PGresult]:
        while True:
            for result in self._taken():
                if isinstance(result, BaseException):
                    raise result
                if result is None:
                    return
                yield result

    def _taken(self) -> list[Result]:
        with self._changed:
            while not (self._waiting and (self._ended or len(self._waiting) >= HANDFUL or self._is_full())):
                if not self._changed.wait(SLOW_S) and self._waiting:
                    break
            taken, self._waiting, self._bytes = self._waiting, [], 0
            self._changed.notify()
        return taken

    def _read_all(self) -> None:
        while not self._ended:
            result: Result
            try:
                result = self._read()
                size = memory_size(result) if result is not None else 0
            except BaseException as error:
                result, size = error, 0
            with self._changed:
                self._waiting.append(result)
                self._bytes += size
                self._ended = self._stopped or result is None or isinstance(result, BaseException)
                if self._ended or len(self._waiting) == HANDFUL or self._is_full():
                    self._changed.notify()
                while self._is_full() and not self._ended:
                    self._changed.wait()
                    self._ended = self._stopped

    def _is_full(self) -> bool:
        return len(self._waiting) >= MOST_RESULTS or self._bytes > MOST_BYTES
