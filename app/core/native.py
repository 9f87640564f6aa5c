"""Calls that wait outside of Python, where gevent cannot see them."""

import sys
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def natively(call: Callable[[], T]) -> T:
    """What `call` returns or raises. Under gevent it waits in a real thread, and other requests go on."""
    monkey = sys.modules.get("gevent.monkey")
    if monkey is None or not monkey.is_module_patched("socket"):
        return call()
    import gevent

    result: T = gevent.get_hub().threadpool.apply(call)
    return result
