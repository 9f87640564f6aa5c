"""Workers that exist in name only: a test pops what was handed to them and executes it itself."""

from collections.abc import Callable

import pytest
from flask import Flask

from app.accounts.allow import Actor
from app.accounts.models import Role
from app.core import redis
from app.datasources.models import Datasource
from app.runs.slots import leases
from app.runs.slots.promote import promote
from app.runs.slots.workers import announce
from tests.makers import make_datasource, make_user


@pytest.fixture(autouse=True)
def redis_is_there(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever another test did to it."""
    monkeypatch.setattr(leases, "_away_until", 0.0)


@pytest.fixture
def workers(app: Flask) -> Callable[[int], None]:
    """`workers(2)`: a worker with that capacity has come."""

    def come(capacity: int) -> None:
        announce("here:1", capacity)
        promote()

    return come


@pytest.fixture
def source(dana: Actor, connection_fields: dict[str, str]) -> Datasource:
    return make_datasource(dana, connection_fields)


@pytest.fixture
def erin(app: Flask) -> Actor:
    """A second editor of Acme."""
    return make_user("erin", "Acme", Role.EDITOR)


@pytest.fixture
def handed() -> Callable[[], list[int]]:
    """The runs handed to the workers since the last call, oldest first."""

    def take() -> list[int]:
        jobs = redis.client().lrange("rq:queue:runs", 0, -1)
        redis.client().delete("rq:queue:runs")
        return [int(job.decode().rpartition("-")[2]) for job in jobs]

    return take
