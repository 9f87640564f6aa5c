"""How much memory this process holds: libpq bounds a chunk of rows by their number only, not by their bytes.

2,000 rows of 1 MB each reached 3.9 GB before the first of them could be read.
"""

import os
import resource
import sys
from pathlib import Path

_STATM = Path("/proc/self/statm")  # proc(5): pages; the second number is resident
_PAGE = os.sysconf("SC_PAGE_SIZE")
_MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024


def resident_bytes() -> int:
    """Memory in use now, in bytes; where the system does not tell that, the most there ever was."""
    try:
        return int(_STATM.read_bytes().split()[1]) * _PAGE
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _MAXRSS_UNIT
