from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.accounts.allow import Actor
from app.datasources.models import Datasource
from tests.live import Installation
from tests.makers import make_datasource


@pytest.fixture
def source(dana: Actor, connection_fields: dict[str, str]) -> Datasource:
    return make_datasource(dana, connection_fields)


@pytest.fixture
def workers(app: Flask, environment: dict[str, str], tmp_path: Path) -> Iterator[Installation]:
    """A real worker with two children and a real scheduler, which the test may kill."""
    with Installation(environment, tmp_path / "log", ("worker", "scheduler")) as installation:
        yield installation
