from collections.abc import Callable

import psycopg
import pytest
from sqlalchemy.engine import make_url

from app.local.demo_database import Place, ensure_data, ensure_reader
from app.local.postgres import PrivatePostgres
from app.local.redis import PrivateRedis

COUNTS = {"airlines": 16, "airports": 1458, "planes": 3322, "weather": 26115, "flights": 336776}


@pytest.fixture(scope="module")
def place(servers: tuple[PrivatePostgres, PrivateRedis]) -> Place:
    return ensure_data(servers[0].url, print)


@pytest.fixture(scope="module")
def fields(place: Place) -> dict[str, str]:
    return ensure_reader(place)


@pytest.fixture(scope="module")
def read(fields: dict[str, str]) -> Callable[[str], list[tuple[object, ...]]]:
    """Runs SQL as the demo's reader."""

    def run(query: str) -> list[tuple[object, ...]]:
        with psycopg.connect(
            host=fields["host"],
            port=fields["port"],
            dbname=fields["database"],
            user=fields["user"],
            password=fields["password"],
        ) as connection:
            return connection.execute(query.encode()).fetchall()

    return run


def test_the_reader_sees_every_row(read: Callable[[str], list[tuple[object, ...]]]) -> None:
    assert {table: read(f"select count(*) from {table}")[0][0] for table in COUNTS} == COUNTS


def test_na_is_null_and_times_are_instants(read: Callable[[str], list[tuple[object, ...]]]) -> None:
    assert read("select count(*) from flights where dep_time is null") == [(8255,)]
    first = "select min(time_hour) = '2013-01-01T05:00:00-05'::timestamptz from flights"
    assert read(first) == [(True,)]


def test_tables_and_columns_explain_themselves(read: Callable[[str], list[tuple[object, ...]]]) -> None:
    mute = read(
        "select attrelid::regclass, attname from pg_attribute where attnum > 0 and attrelid in"
        " (select oid from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace)"
        " and (col_description(attrelid, attnum) is null or obj_description(attrelid) is null)"
    )
    assert mute == []


@pytest.mark.parametrize(
    "query", ["delete from flights returning 1", "create table mine as select 1", "truncate flights"]
)
def test_the_reader_cannot_write(read: Callable[[str], list[tuple[object, ...]]], query: str) -> None:
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        read(query)


def test_the_reader_cannot_enter_the_applications_own_database(
    servers: tuple[PrivatePostgres, PrivateRedis], fields: dict[str, str]
) -> None:
    own = make_url(servers[0].url).database
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(host=fields["host"], dbname=own, user=fields["user"], password=fields["password"])


def test_loading_again_changes_nothing(
    servers: tuple[PrivatePostgres, PrivateRedis], read: Callable[[str], list[tuple[object, ...]]]
) -> None:
    before = read("select relname, relfilenode from pg_class where relkind = 'r' order by 1")
    said: list[str] = []
    ensure_data(servers[0].url, said.append)
    assert said == []
    assert read("select relname, relfilenode from pg_class where relkind = 'r' order by 1") == before
