"""Jobs about runs; each takes ids and calls one function."""

from app.runs.compare.work_out import compare_values as compare_values
from app.runs.dead import settle_of_dead as settle_of_dead
from app.runs.execute import execute_run as execute_run
from app.runs.strays import stop_stray as stop_stray
from app.runs.sweep import sweep as sweep_runs


def sweep() -> None:
    sweep_runs()
