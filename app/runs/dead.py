"""A process that executed runs has died, and its parent saw it: nobody needs to wait for its silence."""

import logging

from app.runs.lost import losing, settle
from app.runs.slots.promote import promote_quietly

log = logging.getLogger(__name__)

DIED = "The process that executed this run {how}. Run it again."
OF_PROCESS = losing("starts_with(worker, :process)")


def settle_of_dead(host: str, pid: int, exit_code: int) -> int:
    """How many runs it was at. A negative exit code is the signal that ended it."""
    how = f"was ended by signal {-exit_code}" if exit_code < 0 else f"ended by itself, with code {exit_code}"
    lost = settle(OF_PROCESS, DIED.format(how=how), {"process": f"{host}:{pid}:"})
    if lost:
        log.warning("a worker's child died at its run", extra={"child": pid, "exit_code": exit_code})
        promote_quietly()
    return lost
