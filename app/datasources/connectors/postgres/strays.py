"""Statements of ours whose worker is gone, unknown to the server: an old one, or a silent network."""

import psycopg

from app.datasources.connectors.base import ConnectorError, FailureReason
from app.datasources.connectors.postgres.connection import open_link

# Terminated, not cancelled: a backend that waits for its client to read hears of nothing else.
_STOP = """
select count(*) filter (where pg_catalog.pg_terminate_backend(pid)) from pg_catalog.pg_stat_activity
where usename = current_user and pid <> pg_catalog.pg_backend_pid() and state <> 'idle'
  and left(query, length(%(begin)s)) = %(begin)s
"""


def stop(conninfo: str, comment: str) -> int:
    """How many statements were stopped. Raises ConnectorError."""
    link = open_link(conninfo)
    try:
        row = link.connection.execute(_STOP, {"begin": f"/* {comment}"}).fetchone()
    except psycopg.Error as error:
        raise ConnectorError(FailureReason.QUERY, str(error)) from None
    finally:
        link.close()
    return row[0] if row else 0
