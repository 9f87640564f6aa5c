"""How `pytest -n auto` spreads the tests over processes.

A file stays in one process, which makes once what its tests share. So do files that share something costly,
such as an installation and a browser. What takes longest begins first.
"""

import os
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

# The beginning of a test's name -> what runs in one process with it. The first that fits counts.
TOGETHER = {
    "tests/faults/test_processes.py": "processes die",
    "tests/faults/test_schedules.py": "processes die",
    "tests/browser/test_every_page.py": "every page",
    "tests/browser/": "browser",
    "tests/faults/": "servers die",
    "tests/datasources/connectors/test_duckdb": "duckdb",
    "tests/datasources/connectors/": "connectors",
    "tests/local/test_demo": "demo",
}
STARTS = tuple(TOGETHER)


class Spread(LoadScopeScheduling):
    """Gives a process one group after the other, in the order in which they were collected."""

    def _split_scope(self, nodeid: str) -> str:
        place = _place(nodeid)
        return TOGETHER[STARTS[place]] if place < len(STARTS) else nodeid.partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Spread:
    config.option.loadscopereorder = False
    return Spread(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: now and then a test waits, for a page or until a lease ends."""
    return len(os.sched_getaffinity(0)) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _place(item.nodeid))


def _place(nodeid: str) -> int:
    return next((place for place, start in enumerate(STARTS) if nodeid.startswith(start)), len(STARTS))
