"""A machine's own clock may be wrong; Postgres' is the one that counts."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from app.core import clock

HOUR_S = 3600


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(clock, "_ahead", None)
    yield


def _hear(moment: datetime, took_s: float = 0.0) -> None:
    heard = clock.steady()
    clock.set_right(moment, heard - took_s, heard)


def test_a_clock_that_jumps_does_not_move_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, right = datetime.now(UTC), time.time
    _hear(begun)
    for wrong_s in (HOUR_S, -HOUR_S):
        monkeypatch.setattr(time, "time", lambda wrong_s=wrong_s: right() + wrong_s)
        assert timedelta(0) <= clock.now() - begun < timedelta(minutes=1)


def test_a_machine_that_is_wrong_goes_by_postgres() -> None:
    _hear(datetime.now(UTC) - timedelta(hours=1))
    assert clock.now() < datetime.now(UTC) - timedelta(minutes=59)


def test_a_clock_that_is_right_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    _hear(datetime.now(UTC) + timedelta(milliseconds=300))
    moment = time.time()
    monkeypatch.setattr(time, "time", lambda: moment)
    assert clock.seconds() == moment


def test_what_took_long_to_hear_is_not_believed() -> None:
    _hear(datetime.now(UTC) + timedelta(hours=1), took_s=1)
    assert clock.now() - datetime.now(UTC) < timedelta(minutes=1)
