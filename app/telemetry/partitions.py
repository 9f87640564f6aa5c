"""A partition for each day (UTC) of the tables that grow: made when a day's first row comes, dropped whole.

Neither waits for readers: a partition is made apart and attached, detached concurrently and then dropped.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import text

from app.core import db
from app.telemetry.models import MetricValue, TelemetryEvent

VALUES, EVENTS = MetricValue.__tablename__, TelemetryEvent.__tablename__

_LOCK = text("select pg_advisory_xact_lock(7053170)")
_NAMES = text(
    """
    select child.relname, inhdetachpending from pg_inherits
    join pg_class child on child.oid = inhrelid join pg_class parent on parent.oid = inhparent
    where parent.relname = :table and parent.relnamespace = current_schema::regnamespace order by 1
    """
)
_made: set[str] = set()


def make(table: str, days: Iterable[date]) -> None:
    """See that these days have a partition; asks Postgres only for those that this process does not know."""
    wanted = {_name(table, day): day for day in days}
    for name, day in wanted.items():
        if name not in _made:
            _make(table, name, day)
            _made.add(name)


def forget() -> None:
    """Ask Postgres again: somebody may have dropped what this process made."""
    _made.clear()


def drop_before(table: str, day: date) -> list[str]:
    """Drop the partitions of earlier days; returns their names. Others may do the same meanwhile."""
    dropped = []
    with db.autocommit() as connection:
        connection.execute(text("set lock_timeout = '5s'"))
        try:
            for name, pending in connection.execute(_NAMES, {"table": table}).all():
                if day_of(name) is None or day_of(name) >= day:  # type: ignore[operator]
                    continue
                how = "finalize" if pending else "concurrently"
                connection.execute(text(f"alter table {table} detach partition {name} {how}"))
                connection.execute(text(f"drop table if exists {name}"))
                dropped.append(name)
        finally:
            connection.execute(text("reset lock_timeout"))
    forget()
    return dropped


def day_of(name: str) -> date | None:
    found = re.search(r"_(\d{4})(\d{2})(\d{2})$", name)
    return date(*map(int, found.groups())) if found else None


def _name(table: str, day: date) -> str:
    return f"{table}_{day:%Y%m%d}"


def _make(table: str, name: str, day: date) -> None:
    begin = datetime.combine(day, time(), UTC)
    end = begin + timedelta(days=1)
    with db.engine().begin() as connection:
        connection.execute(_LOCK)
        if connection.scalar(text("select to_regclass(:name)"), {"name": name}) is not None:
            return
        like = f"(like {table} including defaults including constraints)"
        connection.execute(text(f"create table {name} {like}"))
        connection.execute(
            text(f"alter table {table} attach partition {name} for values from ('{begin}') to ('{end}')")
        )
