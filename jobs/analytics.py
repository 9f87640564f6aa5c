"""Jobs about events and snapshots."""

from app.analytics.recompute.execute import execute_recompute
from app.analytics.upkeep import keep_up


def tick() -> None:
    keep_up()


def recompute(run_id: int) -> None:
    execute_recompute(run_id)
