"""The lists stay quick with a million runs: each page is walked along an index, whatever the filters."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations, cycle
from typing import Any

import pytest
from sqlalchemy import Connection, NullPool, create_engine, make_url, text
from sqlalchemy.dialects import postgresql

from app.core.settings import sqlalchemy_url
from app.runs.history.cursor import Cursor
from app.runs.history.filters import read_filters
from app.runs.history.find import _look_up, list_runs, page_statement
from app.runs.history.walk import STEPS
from tests.makers import make_datasource, make_query
from tests.queries.counting import statements

RUNS = 1_000_000
# A year of them: nearly all by the schedule of one query, some by people, one in a hundred failed.
FILL = """
    insert into runs (org_id, datasource_id, query_version_id, requested_by, trigger, state, sql, timeout_s,
                      max_rows, max_bytes, queued_at, started_at, finished_at, beat_at, row_count, byte_count,
                      failure_reason)
    select :org_id,
           case when n % 50 = 0 then cast(:rare as bigint) else cast(:common as bigint) end,
           case when n % 50 <> 0 then cast(:version as bigint) end,
           case when n % 1000 = 0 then cast(:dana as bigint) else cast(:alice as bigint) end,
           case when n % 20 = 0 then 'person' else 'schedule' end,
           case when n % 100 = 0 then 'failed' else 'succeeded' end,
           'select ' || n, 300, 1000, 1000, moment, moment, moment, moment,
           case when n % 100 <> 0 then n end, case when n % 100 <> 0 then n end,
           case when n % 100 = 0 then 'syntax' end
    from generate_series(1, :runs) n,
         lateral (select timestamptz '2026-01-01 00:00Z' + n * interval '30 s') moments(moment)
"""
INDEXES = """
    select indexname, indexdef from pg_indexes
    where tablename = 'runs' and not exists (select from pg_constraint where conname = indexname)
"""
FILTERS = {
    "state": ("failed", "succeeded", "lost", "failed lost", "failed succeeded"),
    "requested_by": ("dana@example.com",),
    "trigger": ("person", "api", "person api"),
    "datasource_id": ("common", "rare"),
    "query_id": ("query",),
    "from": ("2026-03-01",),
    "to": ("2026-03-02",),
}


@pytest.fixture
def many(servers, alice, dana, source, connection_fields, session) -> dict[str, str]:
    """A million runs of Acme; the numbers of what they are of."""
    rare = make_datasource(dana, connection_fields, "Rare")
    query = make_query(alice, source)
    version = session.scalar(text("select max(id) from query_versions"))
    session.rollback()
    numbers = {"org_id": alice.org_id, "alice": alice.user_id, "dana": dana.user_id, "version": version}
    with superuser(servers) as connection:
        connection.execute(text("set session_replication_role = replica"))  # no foreign keys: thrice as fast
        connection.execute(text("set maintenance_work_mem = '256MB'"))
        indexes = connection.execute(text(INDEXES)).all()
        for index in indexes:
            connection.execute(text(f"drop index {index.indexname}"))
        connection.execute(text(FILL), {**numbers, "common": source.id, "rare": rare.id, "runs": RUNS})
        for index in indexes:
            connection.execute(text(index.indexdef.replace(":", r"\:")))
        connection.execute(text("vacuum analyze runs"))
        connection.execute(text("analyze query_versions"))
    return {"common": str(source.id), "rare": str(rare.id), "query": str(query.id)}


def test_every_page_of_a_million_runs_is_walked_along_an_index(many, alice, session):
    place = session.execute(text("select queued_at, id from runs where id = 500000")).one()
    middle = Cursor(place.queued_at, place.id)
    cursors = cycle([None, middle, Cursor(place.queued_at, place.id, newer=True)])
    for given in offered(many):
        wanted = _look_up(session, alice, read_filters(given), next(cursors))
        plan = explained(session, page_statement(wanted, 51))
        assert [node for node in nodes(plan) if reads_too_much(node)] == [], (given, wanted.cursor)
    with statements() as sent:
        found = list_runs(session, alice, read_filters({"trigger": ["api"], "state": ["succeeded"]}), middle)
    assert len(sent) <= 2
    assert found.rows == [] and found.older and found.searched_to
    assert found.older.run_id == place.id - STEPS
    # where the search stopped, the next page goes on
    person = read_filters(
        {"trigger": ["person"], "requested_by": ["dana@example.com"], "state": ["succeeded"]}
    )
    assert list_runs(session, alice, person).rows == []
    dana_page = list_runs(session, alice, read_filters({"requested_by": ["dana@example.com"]}), limit=3)
    assert [row.id for row in dana_page.rows] == [1_000_000, 999_000, 998_000]


def offered(numbers: dict[str, str]) -> Iterator[dict[str, list[str]]]:
    """Every set of filters that the pages offer; their values take turns: common, rare and absent ones."""
    turns = {name: cycle(values) for name, values in FILTERS.items()}
    for size in range(len(FILTERS) + 1):
        for names in combinations(FILTERS, size):
            yield {name: [numbers.get(word, word) for word in next(turns[name]).split()] for name in names}


def explained(session, statement) -> dict[str, Any]:
    literal = statement.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
    escaped = str(literal).replace(":", "\\:")
    plan: dict[str, Any] = session.scalar(text(f"explain (format json) {escaped}"))[0]["Plan"]
    return plan


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


def reads_too_much(node: dict[str, Any]) -> bool:
    """All of the table, or more rows in a sort than a walk looks at."""
    if "Seq Scan" in node["Node Type"]:
        return bool(node["Relation Name"] == "runs")
    return "Sort" in node["Node Type"] and node["Plans"][0]["Plan Rows"] > 1.2 * STEPS


@contextmanager
def superuser(servers) -> Iterator[Connection]:
    """Postgres' own role in our database."""
    postgres, _ = servers
    database = make_url(sqlalchemy_url(postgres.url)).database
    url = make_url(sqlalchemy_url(postgres.admin_url)).set(database=database)
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        yield connection
