from collections.abc import Iterator

import pytest

from tests.faults.site import Site, site

CHILDREN = 8


@pytest.fixture(scope="package")
def grounds() -> Iterator[Site]:
    """Servers of their own, which the tests here may kill; each test starts the processes that it needs."""
    with site(children=CHILDREN) as own:
        yield own
