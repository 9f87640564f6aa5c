"""Memory of processes, from Linux's own accounts."""

from contextlib import suppress
from pathlib import Path

import psutil


def family(pids: list[int]) -> list[int]:
    """These processes and all below them."""
    found = []
    for pid in pids:
        process = psutil.Process(pid)
        found += [pid, *(child.pid for child in process.children(recursive=True))]
    return found


def pss_mib(pids: list[int]) -> float:
    """Proportional set size: shared pages count once over all processes; one that has ended takes none."""
    total = 0
    for pid in pids:
        with suppress(ProcessLookupError, FileNotFoundError):
            total += _field(Path(f"/proc/{pid}/smaps_rollup"), "Pss:")
    return total / 1024


def peak_rss_mib(pids: list[int]) -> float:
    """Highest resident size that any of these processes ever had."""
    return max(_field(Path(f"/proc/{pid}/status"), "VmHWM:") for pid in pids) / 1024


def rss_mib(pid: int) -> float:
    """Resident size of one process, now."""
    return _field(Path(f"/proc/{pid}/status"), "VmRSS:") / 1024


def _field(file: Path, name: str) -> int:
    for line in file.read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1])
    raise LookupError(f"{name} is not in {file}")
