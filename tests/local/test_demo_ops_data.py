"""The rows of Trad and ohub: always the same, plausible, and none of the future in sight."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from psycopg import sql

from app.local.demo_database import ensure_data
from app.local.ops import load
from app.local.postgres import PrivatePostgres
from app.local.redis import PrivateRedis

TABLES = {
    "trad": ("orders", "executions", "instructions", "breaks"),
    "ohub": ("feeders", "crews", "storms", "outages"),
}
# Sentence -> SQL that finds what breaks it.
TRAD = {
    "orders are placed on working days, while the market is open": """
        select 1 from orders join markets using (market)
         where extract(isodow from trade_date) > 5
            or placed_at < (trade_date + opens) at time zone zone
            or closed_at > (trade_date + closes) at time zone zone or closed_at < placed_at""",
    "an order's executions add up to what was filled, which is never more than was ordered": """
        select 1 from orders left join
               (select order_id, sum(quantity) as done, count(*) as parts from executions group by 1) as found
               using (order_id)
         where filled <> coalesce(done, 0) or filled > quantity or fills <> coalesce(parts, 0)
            or (filled > 0) <> (ends in ('filled', 'part filled'))""",
    "nobody pays more than the limit, or takes less": """
        select 1 from executions e join orders o using (order_id)
         where (side = 'buy' and price > limit_price) or (side = 'sell' and price < limit_price)
            or executed_at not between placed_at and closed_at""",
    "North America settles a working day after the trade, the others two": """
        select 1 from instructions
         where extract(isodow from due_date) > 5
            or (select count(*) from generate_series(trade_date + 1, due_date, '1 day') as day
                 where extract(isodow from day) < 6)
               <> case when market in ('New York', 'Toronto') then 1 else 2 end""",
    "an instruction is sent, matched, settled, in this order, and late only for a reason": """
        select 1 from instructions
         where matched_at < instructed_at or settled_at <= matched_at
            or (settled_at > cut_off_at + interval '8 min') <> (late_because is not null)""",
    "a break is opened, taken, asked about and resolved before its instruction matches": """
        select 1 from breaks join instructions using (instruction_id)
         where not (opened_at <= taken_at and taken_at <= asked_at and asked_at <= resolved_at)
            or opened_at < instructed_at or matched_at < resolved_at""",
}
OHUB = {
    "no more customers are hit than the feeder has, and each feeder is out once at a time": """
        select 1 from outages o join feeders f using (feeder_id)
         where o.customers not between 1 and f.customers or some_back >= o.customers
         union all
        select 1 from (select started_at, lag(restored_at) over (partition by feeder_id order by started_at)
                         as before from outages) as each where before >= started_at""",
    "a crew is sent, arrives and restores, in this order": """
        select 1 from outages
         where not (started_at < assigned_at and assigned_at < on_site_at and on_site_at <= some_back_at
                    and some_back_at < restored_at)""",
    "a crew is at one place at a time, of its own utility": """
        select 1 from (select assigned_at, lag(restored_at) over (partition by crew_id order by assigned_at)
                         as before from outages) as each where before > assigned_at
         union all
        select 1 from outages o join crews c using (crew_id) where o.utility <> c.utility""",
    "a storm's outages begin while it lasts, in its province": """
        select 1 from outages o join storms s using (storm_id) join utilities u on u.number = o.utility
         where u.province <> s.province or started_at not between starts_at and ends_at""",
    "a storm is a burst": """
        select 1 from (select sum(extract(epoch from ends_at - starts_at)) / 3600 as hours,
                              (select count(*) from outages where storm_id is not null) as outages,
                              (select count(*) * 3600 / extract(epoch from max(started_at) - min(started_at))
                                 from outages where storm_id is null) as usual
                         from storms) as all_of_them
         where outages / hours < usual / 3""",
}
# Views with times, and the columns that tell what has happened.
SEEN = {
    "trad.orders": ("placed_at", "closed_at"),
    "trad.executions": ("executed_at",),
    "trad.settlements": ("instructed_at", "matched_at", "settled_at"),
    "trad.breaks": ("opened_at", "resolved_at"),
    "trad.break_states": ("since",),
    "trad.feeds": ("up_to",),
    "ohub.outages": ("started_at", "assigned_at", "on_site_at", "restored_at"),
    "ohub.changes": ("at",),
    "ohub.outage_states": ("since",),
    "ohub.storms": ("starts_at", "ends_at"),
    "ohub.feeds": ("up_to",),
}


@pytest.fixture(scope="module")
def database(servers: tuple[PrivatePostgres, PrivateRedis]) -> Iterator[psycopg.Connection]:
    """The demo's own, with some weeks of both data sets around today."""
    place = ensure_data(servers[0].url, print)
    with (
        psycopg.connect(place.conninfo, autocommit=True) as connection,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(load, "BACK", timedelta(days=7))
        patch.setattr(load, "AHEAD", timedelta(days=14))
        patch.setattr(load, "LEAST_AHEAD", timedelta(days=0))
        _forget(connection)
        for schema in TABLES:
            assert load.fill(connection, schema, _today())
        yield connection
        _forget(connection)


@pytest.fixture(scope="module")
def broken(database: psycopg.Connection) -> Callable[[str, str], int]:
    def count(schema: str, query: str) -> int:
        database.execute(f"set search_path = {schema}_data".encode())
        return len(database.execute(query.encode()).fetchall())

    return count


@pytest.mark.parametrize("rule", TRAD)
def test_trad_is_plausible(broken: Callable[[str, str], int], rule: str) -> None:
    assert broken("trad", TRAD[rule]) == 0


@pytest.mark.parametrize("rule", OHUB)
def test_ohub_is_plausible(broken: Callable[[str, str], int], rule: str) -> None:
    assert broken("ohub", OHUB[rule]) == 0


@pytest.mark.parametrize("view", SEEN)
def test_nothing_is_seen_before_it_has_happened(database: psycopg.Connection, view: str) -> None:
    latest = sql.SQL("greatest({})").format(
        sql.SQL(", ").join(sql.SQL("max({})").format(sql.Identifier(column)) for column in SEEN[view])
    )
    name = sql.Identifier(*view.split("."))
    row = database.execute(sql.SQL("select {} <= now() from {}").format(latest, name)).fetchone()
    assert row == (True,)


@pytest.mark.parametrize("schema", TABLES)
def test_there_is_more_to_come(database: psycopg.Connection, schema: str) -> None:
    table, column = {"trad": ("orders", "placed_at"), "ohub": ("outages", "started_at")}[schema]
    found = database.execute(f"select max({column}) from {schema}_data.{table}".encode()).fetchone()
    assert found and found[0] > datetime.now(UTC)
    assert not load.fill(database, schema, _today())


def test_a_day_is_the_same_whenever_it_is_loaded(database: psycopg.Connection) -> None:
    before = {schema: _shared(database, schema) for schema in TABLES}
    _forget(database)
    for schema in TABLES:
        # Two weeks earlier, and then on from there.
        assert load.fill(database, schema, _today() - timedelta(days=14))
        assert load.fill(database, schema, _today())
    assert {schema: _shared(database, schema) for schema in TABLES} == before


def test_tables_and_columns_explain_themselves(database: psycopg.Connection) -> None:
    mute = database.execute(
        "select oid::regclass from pg_class where relkind = 'v' and relnamespace in"
        " ('trad'::regnamespace, 'ohub'::regnamespace) and obj_description(oid) is null"
    )
    assert mute.fetchall() == []


def _shared(database: psycopg.Connection, schema: str) -> dict[str, object]:
    """Count and hash of the rows of each table, of the days that any load around today holds."""
    monday = _today() - timedelta(days=7 + (_today() - timedelta(days=7)).weekday())
    since = {"orders": "placed_at", "executions": "executed_at", "instructions": "instructed_at",
             "breaks": "opened_at", "storms": "starts_at", "outages": "started_at"}  # fmt: skip
    found: dict[str, object] = {}
    for table in TABLES[schema]:
        # A day later: Tokyo's Monday begins on Sunday in UTC.
        where = f"where {since[table]} >= date '{monday}' + 1" if table in since else ""
        query = f"select count(*), sum(hashtextextended(t::text, 0)) from {schema}_data.{table} t {where}"
        found[table] = database.execute(query.encode()).fetchone()
    return found


def _forget(database: psycopg.Connection) -> None:
    for schema in TABLES:
        database.execute(f"drop schema if exists {schema}, {schema}_data cascade".encode())


def _today() -> date:
    return datetime.now(UTC).date()
