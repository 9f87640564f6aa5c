"""Work for the processor, beside the requests: one thread for each process, one piece of work at a time."""

import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")

_lock = threading.Lock()
_thread: Any = None


def aside(call: Callable[[], T]) -> "Future[T]":
    """Do this in the process's one working thread, after whatever was handed in before.

    Under gevent that is a real thread, and waiting for the result lets other requests go on. The call must
    not touch the database or anything else that waits by gevent.
    """
    found: Future[T] = _working_thread().submit(call)
    return found


def _working_thread() -> Any:
    global _thread
    with _lock:
        if _thread is None:
            _thread = _executor()(1)
        return _thread


def _executor() -> Any:
    if "gevent.monkey" in sys.modules:
        from gevent import monkey

        if monkey.is_module_patched("threading"):
            from gevent.threadpool import (
                ThreadPoolExecutor as RealThreads,  # ordinary ones are greenlets here
            )

            return RealThreads
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor
