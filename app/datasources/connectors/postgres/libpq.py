"""The libpq that psycopg loaded, for our compiled modules: another one would lay out results differently."""

import ctypes
import importlib
from typing import Any

from psycopg import pq


def function(name: str) -> int:
    """Where this function of psycopg's libpq lies. Raises ImportError when that libpq is not to be found."""
    if pq.__impl__ not in _MODULES:
        raise ImportError("psycopg's libpq is only found in its binary or C implementation.")
    module = importlib.import_module(_MODULES[pq.__impl__])
    library = ctypes.CDLL(module.__file__)  # symbols are looked up in what it is linked to as well
    if library.PQlibVersion() != pq.version():
        raise ImportError("psycopg's libpq was not found.")
    found = ctypes.cast(getattr(library, name), ctypes.c_void_p).value
    if not found:
        raise ImportError(f"psycopg's libpq has no {name}.")
    return found


def memory_size(result: Any) -> int:
    """Bytes of memory that this PGresult holds."""
    return _memory_size(result.pgresult_ptr) if _memory_size else 0


_MODULES = {"binary": "psycopg_binary.pq", "c": "psycopg_c.pq"}
_memory_size = (
    ctypes.CFUNCTYPE(ctypes.c_size_t, ctypes.c_void_p)(function("PQresultMemorySize"))
    if pq.__impl__ in _MODULES
    else None
)
