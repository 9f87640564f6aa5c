"""One answer for all who ask the same at one moment."""

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future, wait
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Flights(Generic[K, V]):
    """Answers under way in this process, by what was asked.

    Whoever asks while an equal answer is being made waits for the one after it: that is begun after he asked,
    so nobody gets what was read before he came. Thread safe.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way: dict[K, Future[V]] = {}
        self._next: dict[K, Future[V]] = {}

    def share(self, key: K, make: Callable[[], V]) -> V:
        """What `make` returns or raises, called here or by another who asked the same."""
        mine: Future[V] = Future()
        with self._lock:
            before = self._under_way.setdefault(key, mine)
            shared = mine if before is mine else self._next.setdefault(key, mine)
        if shared is not mine:
            return shared.result()
        if before is not mine:
            wait([before])
        try:
            made = make()
        except BaseException as error:
            self._land(key)
            mine.set_exception(error)
            raise
        self._land(key)
        mine.set_result(made)
        return made

    def _land(self, key: K) -> None:
        with self._lock:
            follower = self._next.pop(key, None)
            if follower is None:
                del self._under_way[key]
            else:
                self._under_way[key] = follower
