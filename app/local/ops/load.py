"""Makes a data set's rows: a folder of SQL, run inside the demo's database, for some weeks back and ahead."""

from datetime import date, timedelta
from pathlib import Path

import psycopg
from psycopg import sql

HERE = Path(__file__).parent
BACK, AHEAD, LEAST_AHEAD = timedelta(days=60), timedelta(days=60), timedelta(days=30)


def fill(connection: psycopg.Connection, schema: str, today: date) -> bool:
    """Make the views in `schema`, and the rows behind them from 60 days before today to 60 days after.

    What is there stays; rows are added when fewer than 30 days are left. All or nothing. False when there
    was nothing to do. A day's rows are the same whenever they are made: they are drawn from their keys.
    """
    with connection.transaction():
        connection.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"plumbline demo {schema}"]
        )
        there = connection.execute("SELECT to_regclass(%s)", [f"{schema}_data.loaded"]).fetchone()
        is_new = there is None or there[0] is None
        if is_new:
            _create(connection, schema)
        _look_at(connection, schema)
        loaded = connection.execute("SELECT beyond FROM loaded").fetchone()
        first = loaded[0] if loaded else _monday(today - BACK)
        beyond = _monday(today + AHEAD)
        if loaded and first > today + LEAST_AHEAD:
            return False
        connection.execute(
            "SELECT set_config('demo.first', %s, true), set_config('demo.beyond', %s, true)",
            [str(first), str(beyond)],
        )
        _run(connection, schema, "2_rows.sql")
        connection.execute("DELETE FROM loaded")
        connection.execute("INSERT INTO loaded VALUES (%s)", [beyond])
        if is_new:
            _run(connection, schema, "3_indexes.sql")
            _run(connection, schema, "4_views.sql")
    connection.execute("ANALYZE")
    return True


def _create(connection: psycopg.Connection, schema: str) -> None:
    for name in (f"{schema}_data", schema):
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
    _look_at(connection, schema)
    connection.execute((HERE / "chance.sql").read_bytes())
    _run(connection, schema, "1_tables.sql")


def _look_at(connection: psycopg.Connection, schema: str) -> None:
    path = sql.SQL("SET LOCAL search_path = {}").format(sql.Identifier(f"{schema}_data"))
    connection.execute(path)


def _run(connection: psycopg.Connection, schema: str, name: str) -> None:
    connection.execute((HERE / schema / "data" / name).read_bytes())


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
