from collections.abc import Iterator

import pytest

from tests.faults.site import Site, site


@pytest.fixture(scope="module")
def grounds() -> Iterator[Site]:
    """Servers of the module's own, which its tests may kill; each test starts the processes that it needs."""
    with site(children=8) as own:
        yield own
