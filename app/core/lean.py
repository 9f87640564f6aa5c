"""Keep a process small and quick to its first answer."""

import ctypes
import gc
import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

UNWANTED = frozenset({"pandas", "numpy"})
TRACING = "OTEL_"  # how the variables begin with which traces are wanted


class _KeepOut(MetaPathFinder):
    def __init__(self, unwanted: frozenset[str]) -> None:
        self._unwanted = unwanted

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name in self._unwanted:
            raise ModuleNotFoundError(f"{name} is kept out of this process", name=name)
        return None


def keep_out_the_heavy() -> None:
    """Let every import of pandas or numpy fail from now on; call it before pyarrow and redis are imported.

    Of OpenTelemetry too, which redis imports where it is installed, unless traces are wanted.

    pyarrow imports numpy with itself, and pandas at the first array made from Python values, wherever they
    are installed: a second of somebody's first run and 50 MB in each process, for conversions that nothing
    here asks for.
    """
    if not any(isinstance(finder, _KeepOut) for finder in sys.meta_path):
        traced = any(name.startswith(TRACING) for name in os.environ)
        sys.meta_path.insert(0, _KeepOut(UNWANTED if traced else UNWANTED | {"opentelemetry"}))


def settle_before_fork() -> None:
    """Call it last before forking: what the collector leaves alone and nobody frees later stays shared."""
    gc.collect()
    gc.freeze()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's: gives freed memory back
    if trim:
        trim(0)
