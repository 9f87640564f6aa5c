from collections.abc import Iterator
from datetime import date, time, timedelta

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.zones import instant, is_zone, zone_names

ZONES = ["Europe/Berlin", "America/St_Johns", "America/Sao_Paulo", "Africa/Cairo", "Australia/Lord_Howe"]


@pytest.fixture(scope="module")
def connection(source_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(source_url.replace("postgresql+psycopg", "postgresql")) as found:
        yield found


# Around the nights on which the clocks of these zones were changed, more than elsewhere.
NIGHTS = [date(2009, 3, 8), date(2009, 11, 1), date(2018, 11, 4), date(2018, 2, 18), date(2024, 4, 26)]
DAYS = st.one_of(
    st.dates(date(1990, 1, 1), date(2024, 12, 31)),
    st.builds(lambda day, by: day + timedelta(days=by), st.sampled_from(NIGHTS), st.integers(-1, 1)),
)


@settings(max_examples=400, deadline=None)
@given(zone=st.sampled_from(ZONES), day=DAYS, minute=st.one_of(st.just(0), st.integers(0, 1439)))
def test_postgres_reads_the_clock_alike(
    connection: psycopg.Connection, zone: str, day: date, minute: int
) -> None:
    at = time(minute // 60, minute % 60)
    asked = "select extract(epoch from (%s::date + %s::time) at time zone %s)::bigint"
    (expected,) = connection.execute(asked, (day, at, zone)).fetchone() or (None,)
    assert instant(day, at, zone).timestamp() == expected


def test_zones_are_known_by_their_names() -> None:
    assert zone_names()[0] == "UTC"
    assert set(ZONES) < set(zone_names())
    assert is_zone("Asia/Calcutta")
    for name in ("", "Mars/Base", "../etc/passwd", "posix/UTC", "CEST", "utc+1"):
        assert not is_zone(name)
