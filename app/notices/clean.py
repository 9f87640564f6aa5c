"""Forget old notices and deliveries."""

from datetime import timedelta

from sqlalchemy import text

from app.core import db
from app.core.clock import now

KEPT = timedelta(days=90)
CLEAN = tuple(
    text(
        f"delete from {table} where id in"
        f" (select id from {table} where created_at < :before order by created_at limit 10000)"
    )
    for table in ("notices", "deliveries")
)


def clean() -> int:
    """Those older than KEPT, read or not; returns how many went."""
    gone = 0
    for statement in CLEAN:
        with db.autocommit() as connection:
            gone += connection.execute(statement, {"before": now() - KEPT}).rowcount
    return gone
